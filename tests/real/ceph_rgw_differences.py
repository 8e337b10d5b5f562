"""Where Ceph's gateway differs from S3 as the contract describes it: why, and the tests that show it.

They are expected to fail, strictly: a difference that is no more has to go from this table.
"""

DIFFERENCES = {
    test: reason
    for reason, tests in {
        "the grants of an ACL are listed in another order, or other ones": [
            "test_acls.py::test_grants",
        ],
        "takes policies that are none, and does not tell whether one is public": [
            "test_policies.py::test_malformed",
            "test_policies.py::test_status",
        ],
        "policies are a subset: conditions, tags, and what is not named": [
            "test_policies.py::test_conditions",
            "test_policies.py::test_deletes_of_many_are_denied_one_by_one",
            "test_policies.py::test_not_action_and_not_resource",
            "test_policies.py::test_tags_are_actions_of_their_own",
        ],
        "Object Lock can be had at the creation of a bucket only": [
            "test_object_lock.py::test_it_can_be_turned_on_later",
        ],
        "Object Lock: no marker where an object is deleted that is not there, other codes, uploads in parts not covered": [
            "test_object_lock.py::test_a_bucket_without",
            "test_object_lock.py::test_simple_deletes_and_markers_are_free",
            "test_object_lock.py::test_the_default_is_for_all_that_is_written",
            "test_object_lock.py::test_uploads_in_parts",
            "test_object_lock.py::test_wrong_locks",
        ],
        "customer keys are taken over TLS only": [
            "test_copies.py::test_customer_keys",
            "test_multipart.py::test_parts_with_the_customers_key",
            "test_object_attributes.py::test_what_is_refused",
        ],
        "GetObjectAttributes is not there, and answers 500": [
            "test_object_attributes.py::test_of_an_object_in_parts",
            "test_object_attributes.py::test_of_an_object_written_at_once",
            "test_object_attributes.py::test_of_versions",
        ],
        "replies do not tell the version id of a copy, of its source, of tags, of null versions, of a completed upload": [
            "test_attributes.py::test_tagging_of_versions",
            "test_copies.py::test_what_a_copy_replies",
            "test_histories.py::test_null_in_replies",
            "test_histories.py::test_version_ids_in_replies",
            "test_multipart.py::test_completed_again",
            "test_multipart_copies.py::test_parts_of_versions",
        ],
        "a key has no NUL": [
            "test_keys.py::test_odd_keys[\\x00]",
        ],
        "a listing that begins behind a key with a control character: 500": [
            "test_keys.py::test_odd_keys_in_the_markers_of_pages[\\x01]",
        ],
        "NextKeyMarker is not URL-encoded where keys are, and so boto3 garbles `+` and `%`": [
            "test_keys.py::test_odd_keys_in_the_markers_of_pages[%2F]",
            "test_keys.py::test_odd_keys_in_the_markers_of_pages[+]",
            "test_keys.py::test_odd_keys_in_the_markers_of_pages[a+b c]",
        ],
        "a key marker alone starts at that key, and not after it": [
            "test_listings.py::test_key_marker_alone_starts_after_all_of_that_key",
        ],
        "behind a null delete marker the rest of its key is passed over": [
            "test_listings.py::test_a_listing_goes_on_behind_a_null_marker",
        ],
        "NextVersionIdMarker is told with common prefixes": [
            "test_listings.py::test_pages_of_common_prefixes",
        ],
        "knows the class STANDARD only": [
            "test_attributes.py::test_classes_and_redirects_come_back",
            "test_copies.py::test_archived_versions_cannot_be_read_or_copied",
            "test_copies.py::test_what_a_copy_does_not_take_along_unless_it_is_said",
            "test_multipart.py::test_a_version_of_parts",
            "test_multipart_copies.py::test_archived_sources_are_refused",
            "test_multipart_listings.py::test_a_page_tells_where_the_next_begins",
        ],
        "conditions on the source of a copy are ignored": [
            "test_copies.py::test_conditions_on_the_source_of_a_copy",
            "test_copies.py::test_the_source_of_a_copy_must_have_the_etag",
            "test_multipart_copies.py::test_conditions_on_the_source",
        ],
        "conditions on the destination of a copy are ignored": [
            "test_copies.py::test_a_copy_can_demand_what_it_covers",
            "test_copies.py::test_conditions_on_the_destination_of_a_write",
        ],
        "conditions on a put: IfNoneMatch is ignored, IfMatch fails with the right ETag too": [
            "test_copies.py::test_a_put_can_demand_that_nothing_is_there",
            "test_copies.py::test_a_put_can_demand_what_it_covers",
            "test_copies.py::test_requests_at_the_same_time_are_atomic",
        ],
        "conditions on deletes are ignored": [
            "test_deletes.py::test_conditional_delete",
            "test_deletes.py::test_delete_objects",
        ],
        "conditions on CompleteMultipartUpload are ignored": [
            "test_multipart_conditions.py::test_conditions_that_are_not_taken",
            "test_multipart_conditions.py::test_deleted_meanwhile",
            "test_multipart_conditions.py::test_if_match",
            "test_multipart_conditions.py::test_if_none_match",
            "test_multipart_conditions.py::test_what_was_written_meanwhile_is_never_covered",
        ],
        "a version can be copied onto its own key only if it is named, or metadata replaced": [
            "test_copies.py::test_copy_onto_itself_without_a_change",
        ],
        "tags that a copy names are not taken as S3 takes them": [
            "test_copies.py::test_directives_of_copies",
        ],
        "a delete marker as the source of a copy: 404 NoSuchKey": [
            "test_copies.py::test_copy_sources_that_cannot_be_copied",
            "test_multipart_copies.py::test_sources_that_are_refused",
        ],
        "checksums are neither kept nor looked at": [
            "test_attributes.py::test_a_wrong_checksum_is_a_bad_digest",
            "test_attributes.py::test_checksums_are_kept",
            "test_multipart_checksums.py::test_a_part_with_another_kind_of_checksum",
            "test_multipart_checksums.py::test_checksums_of_checksums",
            "test_multipart_checksums.py::test_checksums_of_the_whole",
            "test_multipart_checksums.py::test_copied_parts_have_the_checksum_of_the_upload",
            "test_multipart_checksums.py::test_crc64nvme_without_a_word",
            "test_multipart_checksums.py::test_kinds_of_checksums_that_are_refused",
            "test_multipart_checksums.py::test_one_checksum_is_enough",
        ],
        "aws-chunked is kept as an encoding": [
            "test_attributes.py::test_content_encodings",
        ],
        "the tags of a delete marker: 404": [
            "test_attributes.py::test_delete_markers_have_no_tags",
        ],
        "the limits of tags and metadata are other ones": [
            "test_attributes.py::test_limits_of_tags_and_metadata",
        ],
        "the location of a bucket is the zone group's name": [
            "test_buckets.py::test_buckets",
        ],
        "a lifecycle rule comes back with more than was given": [
            "test_configurations.py::test_lifecycle",
            "test_configurations.py::test_rules_without_a_name_are_given_one",
        ],
        "lifecycle rules and payers are refused with other codes, or not refused": [
            "test_configurations.py::test_rules_that_are_refused[no action]",
            "test_configurations.py::test_rules_that_are_refused[two filters]",
            "test_configurations.py::test_who_pays",
        ],
        "has no websites unless it is set up for them": [
            "test_configurations.py::test_website",
        ],
        "where a deleted key is read its marker is not told": [
            "test_reading.py::test_a_deleted_key_tells_its_marker",
        ],
        "a delete of a deleted key adds no second marker": [
            "test_histories.py::test_a_delete_of_a_deleted_key_adds_a_marker",
        ],
        "the copy of an object in parts keeps the ETag of the parts": [
            "test_multipart_reading.py::test_a_copy_is_in_one_part",
        ],
        "parts cannot be read one by one": [
            "test_multipart_reading.py::test_an_empty_part",
            "test_multipart_reading.py::test_part_by_part",
            "test_multipart_reading.py::test_parts_that_are_not_there",
        ],
        "listings of uploads: in another order, without prefixes": [
            "test_multipart_listings.py::test_prefixes_of_uploads",
            "test_multipart_listings.py::test_uploads_in_order",
        ],
        "UploadPartCopy: other codes, the ETag without quotes": [
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=--InvalidArgument]",
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=-2-InvalidArgument]",
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=0-10-InvalidArgument]",
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=1--InvalidArgument]",
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=100-200-InvalidRequest]",
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=2-1-InvalidArgument]",
            "test_multipart_copies.py::test_the_etag_of_a_copied_part_is_that_of_its_bytes",
        ],
        "uploads in parts are refused with other codes, or not refused": [
            "test_multipart.py::test_aborted",
            "test_multipart.py::test_completions_that_are_refused",
            "test_multipart.py::test_part_numbers_that_are_refused",
        ],
        "ranges: several are answered with the first, -0 with all, one that ends before it begins: 416": [
            "test_reading.py::test_ranges[bytes=-0-416-None]",
            "test_reading.py::test_ranges[bytes=0-1,3-4-200-0123456789]",
            "test_reading.py::test_ranges[bytes=1-0-200-0123456789]",
        ],
        "a deleted key is not told from one that never was": [
            "test_reading.py::test_reading_a_deleted_key",
        ],
        "a version that is not there: NoSuchKey": [
            "test_reading.py::test_version_ids_that_are_not_there",
        ],
    }.items()
    for test in tests
}
