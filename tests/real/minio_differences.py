"""Where MinIO differs from S3 as the contract describes it: why, and the tests that show it.

They are expected to fail, strictly: a difference that is no more has to go from this table.
"""

DIFFERENCES = {
    test: reason
    for reason, tests in {
        "knows one ACL only, private, and names nobody in it": [
            "test_acls.py::test_grants",
        ],
        "policies are a subset, and do not bind the owner, whose key the tests have": [
            "test_policies.py::test_a_deny_counts_for_the_owner_too",
            "test_policies.py::test_conditions",
            "test_policies.py::test_deletes_of_many_are_denied_one_by_one",
            "test_policies.py::test_listing_versions_is_an_action_of_its_own",
            "test_policies.py::test_malformed",
            "test_policies.py::test_not_action_and_not_resource",
            "test_policies.py::test_put_get_delete",
            "test_policies.py::test_reading_versions_is_an_action_of_its_own",
            "test_policies.py::test_status",
            "test_policies.py::test_tags_are_actions_of_their_own",
            "test_policies.py::test_versions_and_absence_for_everybody",
        ],
        "Object Lock can be had at the creation of a bucket only": [
            "test_object_lock.py::test_it_can_be_turned_on_later",
        ],
        "refuses wrong locks with other codes, or takes them": [
            "test_object_lock.py::test_what_refusals_say",
            "test_object_lock.py::test_wrong_default_retentions",
            "test_object_lock.py::test_wrong_locks",
        ],
        "customer keys are taken over TLS only": [
            "test_copies.py::test_customer_keys",
            "test_multipart.py::test_parts_with_the_customers_key",
            "test_object_attributes.py::test_what_is_refused",
        ],
        "GetObjectAttributes tells of parts what S3 tells only with checksums, or less": [
            "test_object_attributes.py::test_of_an_object_in_parts",
            "test_object_attributes.py::test_of_an_object_written_at_once",
        ],
        "a key has no `.` or `..` between slashes": [
            "test_keys.py::test_odd_keys[../a]",
            "test_keys.py::test_odd_keys[..]",
            "test_keys.py::test_odd_keys[./a]",
            "test_keys.py::test_odd_keys[a/../b]",
        ],
        "a key has no empty part, no NUL, and no part of more than 255 bytes": [
            "test_keys.py::test_odd_keys[//]",
            "test_keys.py::test_odd_keys[/]",
            "test_keys.py::test_odd_keys[\\x00]",
            "test_keys.py::test_odd_keys[a///]",
            "test_keys.py::test_odd_keys[a//b]",
            "test_keys.py::test_odd_keys[key37]",
            "test_keys.py::test_odd_keys[key38]",
        ],
        "a slash at the beginning of a key is dropped": [
            "test_keys.py::test_odd_keys[/a]",
        ],
        "a key that ends in a slash keeps one version only": [
            "test_keys.py::test_odd_keys[a/]",
        ],
        "a marker outside the prefix: 501 NotImplemented": [
            "test_listings.py::test_a_key_marker_may_lie_outside_the_prefix",
        ],
        "the next marker holds the name of a cache": [
            "test_listings.py::test_pages_of_common_prefixes",
        ],
        "a prefix below which all is deleted is listed": [
            "test_listings.py::test_a_prefix_below_which_all_is_deleted_is_not_listed",
        ],
        "knows the classes STANDARD and REDUCED_REDUNDANCY only": [
            "test_attributes.py::test_classes_and_redirects_come_back",
            "test_copies.py::test_archived_versions_cannot_be_read_or_copied",
            "test_copies.py::test_what_a_copy_does_not_take_along_unless_it_is_said",
            "test_multipart_copies.py::test_archived_sources_are_refused",
        ],
        "a copy loses Expires": [
            "test_copies.py::test_a_copy_takes_expires_along",
        ],
        "conditions on the destination of a copy are ignored": [
            "test_copies.py::test_a_copy_can_demand_what_it_covers",
        ],
        "conditions on deletes are ignored": [
            "test_deletes.py::test_conditional_delete",
            "test_deletes.py::test_delete_objects",
        ],
        "a version can be copied onto its own key only if it is named, or metadata replaced": [
            "test_copies.py::test_copy_onto_itself_without_a_change",
        ],
        "a delete marker as the source of a copy: 405 MethodNotAllowed": [
            "test_copies.py::test_copy_sources_that_cannot_be_copied",
            "test_multipart_copies.py::test_sources_that_are_refused",
        ],
        "of two conditions that disagree S3 takes the one on the ETag, MinIO both": [
            "test_copies.py::test_conditions_on_the_source_of_a_copy",
            "test_multipart_copies.py::test_conditions_on_the_source",
            "test_reading.py::test_conditions_of_reads",
        ],
        "IfNoneMatch with an ETag, and IfMatch with *, are taken": [
            "test_copies.py::test_conditions_on_the_destination_of_a_write",
            "test_multipart_conditions.py::test_conditions_that_are_not_taken",
        ],
        "CompleteMultipartUpload does not look at what was written since the upload began": [
            "test_multipart_conditions.py::test_deleted_meanwhile",
            "test_multipart_conditions.py::test_what_was_written_meanwhile_is_never_covered",
        ],
        "a wrong checksum is an XAmzContentChecksumMismatch": [
            "test_attributes.py::test_a_wrong_checksum_is_a_bad_digest",
            "test_multipart_checksums.py::test_checksums_of_the_whole",
        ],
        "the reply to a copy does not tell the checksum": [
            "test_attributes.py::test_checksums_are_kept",
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
        "a bucket made again: 409; DeleteBucket and bad names are refused differently": [
            "test_buckets.py::test_a_bucket_made_again",
            "test_buckets.py::test_buckets",
        ],
        "lifecycle rules are refused with other codes, or not refused": [
            "test_configurations.py::test_rules_that_are_refused[no action]",
            "test_configurations.py::test_rules_that_are_refused[no status]",
            "test_configurations.py::test_rules_that_are_refused[no rule]",
            "test_configurations.py::test_rules_that_are_refused[none]",
            "test_configurations.py::test_rules_that_are_refused[two filters]",
        ],
        "has no websites, and no requesters who pay": [
            "test_configurations.py::test_website",
            "test_configurations.py::test_who_pays",
        ],
        "a delete of a deleted key adds no second marker, and names the first": [
            "test_histories.py::test_a_delete_of_a_deleted_key_adds_a_marker",
        ],
        "a delete of a key that never was adds no marker": [
            "test_histories.py::test_delete_of_a_key_that_never_was_adds_a_marker",
        ],
        "the version id null is not told in replies": [
            "test_histories.py::test_null_in_replies",
            "test_histories.py::test_version_ids_in_replies",
            "test_multipart.py::test_a_marker_is_covered",
        ],
        "DeleteObject with the version id null puts a null marker on top; DeleteObjects removes it": [
            "test_histories.py::test_a_null_marker_is_removed_alone",
        ],
        "checksums of uploads in parts are refused with other codes, or not refused": [
            "test_multipart_checksums.py::test_a_part_with_another_kind_of_checksum",
            "test_multipart_checksums.py::test_checksums_of_checksums",
            "test_multipart_checksums.py::test_copied_parts_have_the_checksum_of_the_upload",
            "test_multipart_checksums.py::test_crc64nvme_without_a_word",
            "test_multipart_checksums.py::test_kinds_of_checksums_that_are_refused",
            "test_multipart_checksums.py::test_one_checksum_is_enough",
        ],
        "listings of uploads and parts: by key only, and without pages": [
            "test_multipart_listings.py::test_a_page_tells_where_the_next_begins",
            "test_multipart_listings.py::test_keys_of_uploads",
            "test_multipart_listings.py::test_pages_of_parts",
            "test_multipart_listings.py::test_prefixes_of_uploads",
            "test_multipart_listings.py::test_uploads_in_order",
        ],
        "UploadPartCopy: no CopySourceVersionId in the reply, other codes": [
            "test_multipart_copies.py::test_parts_of_versions",
            "test_multipart_copies.py::test_ranges_that_are_refused[bytes=100-200-InvalidRequest]",
        ],
        "uploads in parts are refused with other codes, or not refused": [
            "test_multipart.py::test_aborted",
            "test_multipart.py::test_completed_again",
            "test_multipart.py::test_completions_that_are_refused",
            "test_multipart.py::test_part_numbers_that_are_refused[-1]",
            "test_multipart.py::test_part_numbers_that_are_refused[0]",
        ],
        "a range that ends before it begins: 416": [
            "test_reading.py::test_ranges[bytes=1-0-200-0123456789]",
        ],
        "no Last-Modified where a delete marker is read": [
            "test_reading.py::test_reading_a_deleted_key",
        ],
    }.items()
    for test in tests
}
