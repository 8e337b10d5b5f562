"""A client for deletes that takes only what S3 takes, and answers what a test says."""

from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.validate import ParamValidator

S3 = get_session().get_service_model("s3")


def error(code, status=400):
    """Return the error that boto3 raises for a whole request."""
    reply = {"Error": {"Code": code, "Message": "said S3"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(reply, "DeleteObjects")


class Scripted:
    """A client that takes only arguments that S3 knows, and answers with what `answer(number, key)` says.

    answer: a dict for "Deleted", a code of an error, None: no mention; an exception: of the whole request.
    """

    def __init__(self, answer=lambda number, key: {}):
        self.answer = answer
        self.sent = []

    def check(self, operation, parameters):
        shape = S3.operation_model(operation).input_shape
        report = ParamValidator().validate(parameters, shape)
        assert not report.has_errors(), report.generate_report()
        self.sent.append((operation, parameters))

    def delete_object(self, **parameters):
        self.check("DeleteObject", parameters)
        answer = self.answer(len(self.sent), parameters["Key"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    def delete_objects(self, **parameters):
        self.check("DeleteObjects", parameters)
        reply = {"Deleted": [], "Errors": []}
        # S3's reply may be in another order
        for each in reversed(parameters["Delete"]["Objects"]):
            answer = self.answer(len(self.sent), each["Key"])
            which = {name: each[name] for name in ("Key", "VersionId") if name in each}
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, str):
                reply["Errors"].append({**which, "Code": answer, "Message": "said S3"})
            elif answer is not None:
                reply["Deleted"].append({**which, **answer})
        return {name: values for name, values in reply.items() if values}

    @property
    def keys(self):
        """The keys of each request."""
        return [
            [each["Key"] for each in parameters["Delete"]["Objects"]]
            if operation == "DeleteObjects"
            else parameters["Key"]
            for operation, parameters in self.sent
        ]


class Replying(Scripted):
    """A client that answers every DeleteObjects with this reply, as it stands."""

    def __init__(self, reply):
        super().__init__()
        self.reply = reply

    def delete_objects(self, **parameters):
        self.check("DeleteObjects", parameters)
        return self.reply
