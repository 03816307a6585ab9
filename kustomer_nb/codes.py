"""Every code of a diagnostic, defined only here.

A code is never reused. A `lint` rule explains the codes that it reports; the others have a meaning here.
"""

from __future__ import annotations

from enum import StrEnum

FAMILY_TITLES = {
    "KNB1": "The file and its JSON",
    "KNB2": "Names and keys of the app",
    "KNB3": "Templates",
    "KNB4": "The request",
    "KNB5": "Schemas and outputs",
    "KNB6": "Secrets",
    "KNB7": "Inputs and losses at run time",
    "KNB8": "Settings, network and guards",
    "KNB9": "Imports",
}


class Code(StrEnum):
    """The stable code of each kind of diagnostic; ``meaning`` is a sentence if no rule explains it.

    Example:
        >>> Code.SETTING_UNSET, Code.SETTING_UNSET.family, Code("KNB401").slug
        ('KNB801', 'KNB8', 'method-unknown')
    """

    # Empty for the codes that a lint rule explains.
    meaning: str

    def __new__(cls, code: str, meaning: str = "") -> Code:
        """Make a member from its code and its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    def __repr__(self) -> str:
        return repr(self.value)

    @property
    def family(self) -> str:
        """The first four characters, which all codes about one subject share."""
        return self.value[:4]

    @property
    def slug(self) -> str:
        """The name in lower case, as in ``method-unknown``."""
        return self.name.lower().replace("_", "-")

    # KNB1: the file and its JSON. The reader in jsontext reports the codes up to KNB128.
    NOT_JSON = "KNB101", "The text is not JSON, or its value is neither an object nor an array."
    EMPTY = "KNB102", "The file is empty, or contains only comments."
    UNCLOSED_STRING = "KNB103"
    BARE_KEY = "KNB104"
    TRAILING_COMMA = "KNB105"
    MISSING_COMMA = "KNB106"
    MISSING_COLON = "KNB107"
    MISSING_KEY = "KNB108"
    MISSING_VALUE = "KNB109"
    EXTRA_COMMA = "KNB110"
    UNCLOSED_BRACKET = "KNB111"
    STRAY_BRACKET = "KNB112"
    STRAY_TEXT = "KNB113"
    COMMENT = "KNB114"
    FOREIGN_QUOTES = "KNB115"
    BAD_ESCAPE = "KNB116"
    CONTROL_CHARACTER = "KNB117"
    UNESCAPED_QUOTE = "KNB118"
    NUMBER_FORM = "KNB119"
    NOT_A_NUMBER = "KNB120"
    FOREIGN_LITERAL = "KNB121"
    NOT_LITERAL = "KNB122"
    DUPLICATE_KEY = "KNB123"
    WRAPPER = "KNB124"
    FOREIGN_SPACE = "KNB125"
    TOO_DEEP = "KNB126", "Brackets are nested more than 500 levels deep, as in no definition."
    NUMBER_TOO_LARGE = "KNB127"
    TOO_MANY = (
        "KNB128",
        "More problems were repaired than are listed; the listed ones are the first in the text.",
    )
    NOT_A_DEFINITION = (
        "KNB129",
        "The file is not a definition but, for example, package.json or a cassette; it is not checked.",
    )
    # From here on about the file itself, and about changes to it.
    FILE_MISSING = "KNB130", "The file does not exist."
    FILE_IS_FOLDER = "KNB131", "The path is that of a folder."
    FILE_UNREADABLE = "KNB132", "The file cannot be opened."
    FILE_NOT_UTF8 = "KNB133", "The file is not UTF-8; the message contains the first invalid byte."
    FILE_TOO_LARGE = "KNB134", "The file is larger than 50 MB."
    VALUE_NOT_JSON = (
        "KNB135",
        "A value that was passed is not JSON, so it cannot be a definition or part of one.",
    )
    MODULE_NOT_EVALUATED = (
        "KNB136",
        "`evaluate = true` is set in `kustomer-nb.toml`, but Node cannot evaluate the module.",
    )
    POINTER_NOT_FOUND = "KNB140", "Nothing can be changed at the pointer in this text."
    NO_PATH_TO_SAVE = "KNB141", "A definition that was not read from a file needs a path to be saved."
    FILE_CHANGED = "KNB142", "The file changed after it was read; it was not overwritten."
    FILE_NOT_WRITABLE = "KNB143", "The file cannot be written; it is unchanged."
    FILE_EXISTS = "KNB144", "The file to save a definition as already exists."
    EDIT_UNSAFE = "KNB145", "The text around the pointer is not valid JSON, so an edit there is not safe."
    FILE_IRREGULAR = (
        "KNB146",
        "The path to write a definition to is a link, or something else that is not a regular file.",
    )
    CHANGES_NOT_SAVED = (
        "KNB156",
        "The file was not read again: the definition has changes in memory that would be lost.",
    )
    REVISION_UNREADABLE = (
        "KNB157",
        "A revision to compare with cannot be read: no git, no repository, or no such revision.",
    )
    NAME_REFUSED = (
        "KNB158",
        "An action, an input or a setting cannot have a name: it is in use, or cannot be written there.",
    )
    NOT_A_NOTEBOOK = "KNB163", "The file is not a notebook that Jupyter can read."
    NOT_A_TUTORIAL = "KNB164", "A folder for a tutorial has other files; nothing in it was changed."
    FILE_LOCKED = (
        "KNB147",
        "Another process has been writing the file for more than 10 seconds; it is unchanged.",
    )
    NO_DEFINITION_FOUND = "KNB148", "The files and folders that were passed contain no definition."
    APP_COMMAND = (
        "KNB149",
        "The file is a command of an app; lint checks only workflow actions.",
    )

    NUMBER_ROUNDED = "KNB150"
    UNDO_IMPOSSIBLE = (
        "KNB151",
        "A change cannot be taken back: it was already, or the definition or its file changed since.",
    )
    NOT_ACCEPTED = (
        "KNB152",
        "A value of a run was not written into the definition: it has no such value, holds what no file "
        "may, or is of a failure.",
    )

    CASE_INVALID = "KNB159", "A test case is not as its JSON Schema says, so it is not run."
    CASE_EXISTS = "KNB161", "A case of that name exists already, and was not replaced."
    CASE_NOT_REPEATABLE = (
        "KNB162",
        "No case was saved: a file cannot hold all that the run depends on, or the name is none.",
    )
    NO_CASES = "KNB160", "The files and folders that were passed contain no test cases."

    # KNB2: names, versions and app-level keys.
    ACTIONS_NOT_AN_ARRAY = "KNB201"
    WRONG_TYPE = "KNB202"
    ACTION_NOT_FOUND = "KNB203", "No action has that name, or several match it."
    NAME_MISSING = "KNB204"
    NAME_CHARACTERS = "KNB205"
    NAME_TOO_LONG = "KNB206"
    NAME_PREFIX = "KNB207"
    DESCRIPTION_TOO_LONG = "KNB208"
    TYPE_NOT_REST_API = "KNB209"
    NAME_TWICE = "KNB210"
    APP_KEY_MISSING = "KNB211"
    UNKNOWN_APP_KEY = "KNB212"
    VERSION_NOT_SEMVER = "KNB213"
    SETTING_KEY_FORM = "KNB214"
    SETTING_NOT_FOUND = "KNB215"
    UNKNOWN_ACTION_KEY = "KNB216"
    WORKFLOW_NOT_AN_APP = "KNB217"
    SETTING_NOT_USED = "KNB218"
    DESCRIPTION_MISSING = "KNB219"
    RULE_NOT_FOUND = "KNB220", "No rule has that code."
    SETTING_TYPE = "KNB221"
    SETTING_DEFAULT_MISSING = "KNB222"
    NAME_IN_BOTH = "KNB223"
    ACCOUNT_NOT_DEFAULT = "KNB224"
    SETTING_DEFAULT_TYPE = "KNB225"

    # KNB3: templates.
    TEMPLATE_SYNTAX = "KNB301"
    REFERENCE_SYNTAX = "KNB302"
    VARIABLE_NOT_DECLARED = "KNB303"
    ESCAPED_IN_ADDRESS_OR_HEADER = "KNB304"
    EMBEDDED_REFERENCE = "KNB305"
    TYPE_LOST_IN_TEMPLATE = "KNB306"
    TEMPLATE_LIMIT = (
        "KNB307",
        "A template exceeds a limit of depth, output or steps; lint reports it as KNB301.",
    )
    HELPER_NOT_KNOWN_HERE = "KNB308"
    UNKNOWN_FUNCTION = "KNB309"
    UNKNOWN_HELPER = "KNB310"
    VARIABLE_NAMED_LIKE_A_HELPER = "KNB311"
    ABOVE_THE_CONTEXT = "KNB312"
    AT_NAME_IN_TEMPLATE = "KNB313"
    NUMBER_SEGMENT_LAST = "KNB314"
    BRACE_RUN = "KNB315"
    NESTED_NAME_NOT_DECLARED = "KNB316"
    SETTING_IN_OUTPUT = "KNB317"
    HELPER_ARGUMENT = "KNB318"
    ESCAPED_IN_BODY = "KNB319"

    # KNB4: the request.
    METHOD_UNKNOWN = "KNB401"
    URI_NOT_AN_ADDRESS = "KNB402"
    URI_WITH_FOREIGN_CHARACTER = "KNB403"
    QS_IS_TEXT = "KNB404"
    DATA_WITHOUT_JSON = "KNB405"
    HEADER_NAME = "KNB406"
    HEADER_VALUE = "KNB407"
    BODY_FRAMED_BY_HAND = "KNB408"
    HOSTS_INVALID = "KNB409", "The option hosts maps an origin to something that is not an origin."
    TYPE_NOT_RUNNABLE = (
        "KNB410",
        "The action has a type that runs only inside Kustomer, so it cannot be run from here.",
    )
    INPUT_TEMPLATE_MISSING = "KNB411"
    GET_WITH_DATA = "KNB412"
    QUERY_IN_TWO_PLACES = "KNB413"
    UNKNOWN_REQUEST_KEY = "KNB414"
    QUERY_BEHIND_FRAGMENT = "KNB415"
    HEADER_TWICE = "KNB416"
    TEXT_SENT_AS_JSON = "KNB417"
    METHOD_OVERRIDDEN = "KNB419"
    JSON_NOT_BOOLEAN = "KNB420"
    BASIC_NOT_ENCODED = "KNB421"
    JSON_AS_OTHER_TYPE = "KNB422"
    ARRAY_UNDER_BRACKETS = "KNB423"
    DATA_BESIDE_JSON = "KNB424"
    TEMPLATE_AS_KEY = "KNB425"
    INVISIBLE_CHARACTER = "KNB426"

    # KNB5: schemas and outputs.
    TYPE_NOT_SUPPORTED = "KNB501"
    REQUIRED_NAMES_NOTHING = "KNB502"
    KEYWORD_NOT_APPLIED = "KNB503"
    SAMPLE_NOT_EMITTED = "KNB504"
    OUTPUT_DROPPED = "KNB505"
    REQUEST_IN_OUTPUT = "KNB506"
    SAMPLE_CONTRADICTS_SCHEMA = "KNB507"
    SAMPLE_DROPPED = "KNB508"
    BODY_PATH_WITHOUT_JSON = "KNB509"
    OUTPUT_NEVER_EMITTED = "KNB510"
    SCHEMA_WITHOUT_ROOT_OBJECT = "KNB511"
    SAMPLE_MISSING = "KNB512"
    INPUT_NOT_READ = "KNB513"
    STEP_OUTPUT_NOT_EMITTED = "KNB514"
    STEP_NOT_FOUND = "KNB515"

    # KNB6: secrets.
    TOKEN_IN_FILE = "KNB601"
    SECRET_IN_ADDRESS = "KNB602"
    TOKEN_IN_ADDRESS = "KNB603"
    SECRET_DEFAULT_IN_FILE = "KNB604"
    TOKEN_IN_DATA = "KNB605"
    TOKEN_OVER_PLAIN_HTTP = "KNB606"
    ONE_VARIABLE_OF_TWO_SETTINGS = "KNB607"
    SCHEME_TWICE = (
        "KNB608",
        "The value of a setting starts with the scheme, such as Bearer, that the template adds too.",
    )
    PROFILE_TOKEN = (
        "KNB610",
        "kustomer-nb.toml, which belongs in git, contains a token; lint of a definition reports it.",
    )
    INPUT_CHOOSES_HOST = "KNB611"
    HOST_CHOSEN_BY_INPUT = (
        "KNB612",
        "A secret is sent to a host that an input chose; a run asks for confirmation of that host.",
    )
    SETTING_IN_NOTEBOOK = (
        "KNB613",
        "A notebook contains the value of a setting, or another secret of its project.",
    )
    CREDENTIAL_IN_NOTEBOOK = "KNB614", "A notebook contains what looks like a token, a password or a cookie."
    PATH_IN_NOTEBOOK = "KNB615", "A traceback or warning in a notebook shows the paths of a machine."
    WIDGET_IN_NOTEBOOK = (
        "KNB616",
        "A notebook contains the state of widgets, or a widget that shows nothing without its kernel.",
    )
    TIMES_IN_NOTEBOOK = "KNB617", "A notebook contains when its cells were run."
    NOT_SHARED = "KNB618", "The copy of a notebook would still contain a secret; nothing was written."

    # KNB7: inputs and losses at run time.
    INPUT_MISSING = "KNB701", "A required input is missing: the platform rejects the run."
    INPUT_TYPE = "KNB702", "An input cannot be converted to its type: the platform rejects the run."
    INPUT_UNDECLARED = (
        "KNB703",
        "An input is not declared while additionalProperties is false: the platform rejects the run.",
    )
    INPUT_NOT_JSON = "KNB704", "A value that was passed as an input is not JSON."
    VARIABLE_UNSET = (
        "KNB705",
        "A variable without a value is neither declared nor an app setting; nothing is sent.",
    )
    VALUE_GAP = (
        "KNB706",
        "A variable has no value, an empty one or null, and leaves a gap in the URL or null in a header.",
    )
    SAMPLE_ENV_SENT = (
        "KNB707",
        "A sample value of the workflow's environment would be sent; samples are only for previews.",
    )
    HTML_ESCAPED = "KNB708", "Double braces changed a value, because they escape HTML."
    RESPONSE_NOT_JSON = "KNB710", "The response is not JSON although json is true, so body is a string."
    RESPONSE_COMPRESSED = (
        "KNB711",
        "The response is compressed and npm request does not decompress it, so body is not readable.",
    )
    RESPONSE_NOT_UTF8 = (
        "KNB712",
        "The response is not UTF-8, the only charset that npm request reads, so characters are lost.",
    )
    RESPONSE_TRUNCATED = (
        "KNB713",
        "The response is larger than the 50 MB that are read; body is its start, as a string.",
    )
    RESPONSE_TOO_LARGE = (
        "KNB714",
        "The response is too large or nested too deep to be parsed here, so body is a string.",
    )
    RESPONSE_DUPLICATE_KEY = "KNB715", "The response has a key twice in one object; the last one counts."
    FIELD_UNREADABLE = (
        "KNB716",
        "A field of a form has an invalid value, so nothing is run; the message names the field.",
    )
    PREVIEW_INCOMPLETE = (
        "KNB717",
        "A request is shown without an invalid input, so it is incomplete.",
    )
    VALUE_UNBOUNDED = (
        "KNB718",
        "A value that was passed contains itself, is too deep or too large, or cannot be read.",
    )
    VALUE_NOT_ENCODED = (
        "KNB730",
        "A value contributes a delimiter to the text around it, such as & to a query or a quote to JSON.",
    )
    BODY_CONTRADICTS_TYPE = "KNB731", "The body is not what its Content-Type says."
    OBJECT_PRINTED = "KNB732", "An object is printed as the text [object Object]."
    COPY_IMPOSSIBLE = "KNB733", "A request cannot be copied in that form, because its client cannot send it."

    REDIRECT_NOT_FOLLOWED = (
        "KNB719",
        "The service redirects a request that is not redirected; the response is the redirect itself.",
    )
    REDIRECTED_AGAIN = (
        "KNB720",
        "A method other than GET was redirected and sent again, because it is written in lower case.",
    )
    REDIRECT_WITHHELD = (
        "KNB721",
        "A redirect was followed without a token, cookie, header or body that npm request sends there.",
    )

    RESPONSE_NUMBER_ROUNDED = (
        "KNB725",
        "The response has a number with more digits than JavaScript keeps; the message contains both.",
    )
    INPUT_IDENTITY_LOST = (
        "KNB726",
        "An input becomes a number that is written in another way, so an identifier may be another one.",
    )

    # KNB8: settings, network and guards.
    SETTING_UNSET = "KNB801", "A setting has no value; the message names its environment variable."
    SETTING_INVALID = (
        "KNB802",
        "A setting is unknown or ambiguous, has the wrong type, or shares its environment variable.",
    )
    NO_CONNECTION = (
        "KNB803",
        "The connection failed: refused, unknown host, or an invalid certificate.",
    )
    TIMED_OUT = "KNB804", "No response arrived in time; it is not known whether the request was processed."
    CONNECTION_BROKEN = "KNB805", "The response was cut off, is too large, or is not HTTP."
    DEMO_NOT_STARTED = "KNB806", "The demo store cannot start."
    MODE_UNKNOWN = "KNB807", "There is no such mode or fault."
    NO_SAMPLE = "KNB808", "The action has no sampleOutputContext to run from."
    NOT_CONFIRMED = "KNB809", "A request that may change data was not confirmed; nothing was sent."
    PROFILE_FILE = "KNB810", "kustomer-nb.toml cannot be read, or does not contain the profile."
    ACCOUNT_TOKEN_UNSET = "KNB811", "The app account of the action has no token."
    ACCOUNT_TOKEN_ASSUMED = (
        "KNB812",
        "It is not known how Kustomer sends the token of an app account; a bearer token is assumed.",
    )
    DEMO_ONLY = (
        "KNB813",
        "With --demo, a request to a host other than the demo store is refused; nothing was sent.",
    )
    PYPROJECT_TABLE = "KNB814", "The table [tool.kustomer-nb] in pyproject.toml cannot be read."
    NOT_RECORDED = (
        "KNB816",
        "No recording matches the request; the message lists the nearest ones and their differences.",
    )
    CONNECTION_OPTIONS = (
        "KNB818",
        "A proxy refuses the connection, or its URL or a certificate file is invalid.",
    )
    CASSETTE_UNREADABLE = (
        "KNB820",
        "A cassette cannot be read: it is not JSON, was changed, or has a newer version.",
    )
    CASSETTE_NOT_WRITTEN = "KNB821", "An exchange cannot be written to its cassette, which was not changed."
    HISTORY_UNAVAILABLE = (
        "KNB822",
        "The history cannot be read or written; runs are not affected.",
    )
    RERUN_IMPOSSIBLE = (
        "KNB823",
        "A past run cannot be repeated or compared: a part of it was hidden or too large.",
    )
    SECRET_IN_EXCEPTION = (
        "KNB824",
        "An exception of another package contains the value of a setting; only its type is shown.",
    )
    METHOD_DENIED = "KNB825", "The profile denies unsafe methods; nothing was sent."
    HOST_NOT_ALLOWED = (
        "KNB826",
        "A request or a redirect goes to a host that the profile does not allow.",
    )
    HOST_FORBIDDEN = (
        "KNB827",
        "A request goes to a link-local address or to one that serves the credentials of a cloud host.",
    )
    NO_CASSETTE_PATH = (
        "KNB828",
        "A definition that was not read from a file has no default cassette; name one.",
    )
    RUN_NOT_FOUND = "KNB829", "The history has no run with that number."
    CHOSEN_HOST_NOT_CONFIRMED = (
        "KNB834",
        "A secret would be sent to a host that an input chose, without confirmation; nothing was sent.",
    )
    REDIRECT_TO_THIS_MACHINE = "KNB835", "A remote host redirects to this computer; nothing was sent there."
    OVERRIDE_REDIRECTED = (
        "KNB836",
        "A redirect is not followed when the request or the redirect overrides the method.",
    )

    FENCED = (
        "KNB837",
        "Under pytest or in CI a request would leave this machine, and no recorded response fits it.",
    )
    UPDATE_IN_CI = (
        "KNB838",
        "Test cases are not updated in CI: what a case expects is decided by a person, who sees the change.",
    )
    ROWS_UNREADABLE = "KNB840", "The rows of a batch cannot be read."
    ROW_MALFORMED = "KNB841", "A row cannot be read: it has other cells than the first row, or is not JSON."
    COLUMNS_UNMATCHED = (
        "KNB842",
        "An input of a batch has no column, or columns= names an input or a column that does not exist.",
    )
    EMPTY_UNDECIDED = (
        "KNB843",
        "Cells of a column are empty, and nothing says whether that means no value or an empty text.",
    )
    ROWS_CHANGE_IDENTITY = (
        "KNB844",
        "Cells are other numbers when they are sent, such as an order number that loses its leading zeros.",
    )
    KEY_REPEATED = "KNB845", "Several rows of a batch have the same key, or none."
    LEDGER_UNWRITABLE = (
        "KNB846",
        "The ledger of a batch cannot be written, so nothing more is sent: no row goes out without it.",
    )
    BATCH_LOCKED = "KNB847", "Another process runs this batch."
    BATCH_MISMATCH = (
        "KNB848",
        "A batch is not resumed, because its rows, its definition or its profile are not those of its plan.",
    )
    BATCH_UNREADABLE = "KNB849", "There is no such batch, or its ledger cannot be read."
    BATCH_REFUSED = (
        "KNB850",
        "A batch is not run: no row can be sent, or an option has no meaning for many rows.",
    )
    BATCH_REPEATED = "KNB851", "The rows of a batch were sent by an earlier batch, and would be sent again."
    NOTEBOOK_NOT_RECORDED = (
        "KNB860",
        "A cell of a notebook failed while it was recorded, or its kernel did; the notebook was not changed.",
    )

    IN_BROWSER = (
        "KNB861",
        "Python runs in a browser, where a request cannot be sent as it is, and not everything can be done.",
    )

    # KNB9: imports.
    NOT_CURL = "KNB901", "The text to import contains no curl command."
    COMMAND_SYNTAX = "KNB902", "The command line cannot be split into words, as with an unclosed quote."
    CURL_OPTION = "KNB903", "An option of curl is unknown, ambiguous, or has no value."
    CURL_URL = "KNB904", "The curl command has no URL, or one that curl cannot send a request to."
    NOT_EXPRESSIBLE = (
        "KNB905",
        "An action of type rest_api cannot express a part of the imported request, such as a file upload.",
    )
    TRANSPORT_DIFFERS = (
        "KNB906",
        "An option about the connection, such as a proxy, has no effect in Kustomer and was left out.",
    )
    PART_LEFT_OUT = "KNB907", "A part of the pasted text was left out: only one request is imported."
    FILE_NOT_READ = "KNB908", "A file that the imported command reads is not available."
    SENT_DIFFERENTLY = (
        "KNB909",
        "The platform writes a part of the request in another way than curl; the meaning is the same.",
    )
    INPUT_PLACE = "KNB910", "A value that was chosen as an input is not in the imported request."
    IMPORT_TARGET = "KNB911", "The name of the new action is not available, or the definition has no app id."
    LOG_NOT_READ = (
        "KNB913",
        "A pasted log has no response of the action, or those of several steps.",
    )
    SECRET_NOT_STORED = "KNB912", "An imported secret cannot be written to .env or the keyring."
