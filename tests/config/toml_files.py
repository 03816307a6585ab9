"""Good and bad ``kustomer-nb.toml`` files, for the loader and for the JSON Schema."""

import pytest

EVERY_KEY = """
[profiles.sandbox]
label = "the sandbox"
colour = "green"
mode = "sample"
guard = "none"
hosts = { "https://api.shop.com" = "https://sandbox.shop.com" }
allowed_hosts = ["*.shop.com"]
settings = { currency = "EUR", retries = 3, verbose = true, authToken = { env = "SANDBOX_TOKEN" } }
rate_limit = 60
tls = { ca_file = "corp.pem" }
proxy = { env = "PROXY" }
env = { orgId = "5a1" }
accounts = { default = { env = "OAUTH", header = "x-token" } }
platform = { timeout = 5, escape_html = false }
mask = ["/inputs/email"]
ignore = { find = ["/**/updatedAt"], "*" = ["/requestId"] }
"""
GOOD = [
    pytest.param("", id="an empty file"),
    pytest.param(EVERY_KEY, id="every key of a profile"),
    pytest.param(
        'profile = "p"\nhistory = false\nmode = "fault:418"\nmask = ["/**/email", "/inputs"]\n[profiles.p]\n',
        id="keys for all profiles",
    ),
    pytest.param(
        'settings = { shop.default.token = { env = "TOKEN" }, size = 5 }\nproxy = "http://proxy"',
        id="nested settings",
    ),
    pytest.param(
        'hosts = { "HTTPS://a.b" = "http://127.0.0.1:8000/" }\nallowed_hosts = ["*.a.b", "[::1]:80"]',
        id="hosts",
    ),
]
BAD = [
    pytest.param(
        "[profiles.p]\nguards = 'none'", 'unknown key "guards". Fix: did you mean `guard`?', id="near"
    ),
    pytest.param(
        "[profiles.p]\nxyz = 1", "use a key that `kustomer-nb schema --config` lists", id="unknown key"
    ),
    pytest.param("[profile.p]\nmode = 'live'", "Fix: did you mean `profiles`?", id="a lost letter"),
    pytest.param("[profiles.p]\nmode = 5", "mode of [profiles.p] is not live, record,", id="mode"),
    pytest.param("[profiles.p]\nmode = 'rec'", "make it live, record, replay, sample or", id="no mode"),
    pytest.param("[profiles.p]\nmode = 'fault:nope'", "or fault:<name>.", id="no fault"),
    pytest.param(
        "[profiles.p]\nguard = 'off'",
        'guard of [profiles.p] is not "none" or "confirm" or "type" or "deny".',
        id="guard",
    ),
    pytest.param("[profiles.p]\ncolour = 'pink'", 'make it "green" or "yellow" or "red"', id="colour"),
    pytest.param("[profiles.p]\nhosts = 'a'", "hosts of [profiles.p] is not a table of origins", id="hosts"),
    pytest.param("[profiles.p]\nhosts.a = 5", "hosts of [profiles.p] is not a table of", id="a host"),
    pytest.param("[profiles.p]\nhosts = { 'a.b' = 'http://c.d' }", "is not a table of", id="no origin"),
    pytest.param("[profiles.p]\nallowed_hosts = 'a'", "is not a list of hosts", id="allowed hosts"),
    pytest.param("[profiles.p]\nallowed_hosts = ['https://a.b']", "without https://", id="an address"),
    pytest.param("[profiles.p]\nenv = { orgid = 'x' }", "orgId, workflowId, appVersion", id="env"),
    pytest.param("[profiles.p]\nmask = ['/input/email']", "into inputs, request, response", id="no part"),
    pytest.param("[profiles.p]\nsettings.a = [1]", "settings of [profiles.p] is not", id="a setting"),
    pytest.param("[profiles.p]\nrate_limit = 0", "is not a number of requests a minute", id="rate limit"),
    pytest.param("[profiles.p]\ntls = { verify = 'no' }", "ca_file, cert_file, key_file", id="no TLS"),
    pytest.param("[profiles.p]\nproxy = 5", "proxy of [profiles.p] is not a URL", id="proxy"),
    pytest.param("[profiles.p]\naccounts.a = 'x'", "accounts of [profiles.p] is not", id="an account"),
    pytest.param(
        "[profiles.p]\nplatform.speed = 5", "fields of Platform: absent_input_schema", id="the platform"
    ),
    pytest.param("[profiles.p]\nplatform.timeout = 'no'", "platform of [profiles.p] is not", id="a timeout"),
    pytest.param("[profiles.p]\nplatform.escape_html = 1", "platform of [profiles.p] is not", id="a flag"),
    pytest.param("[profiles.p]\nmask = ['email']", "is not a list of JSON pointers", id="mask"),
    pytest.param(
        "ignore.find = ['updatedAt']", "a table of lists of JSON pointers", id="no pointer to ignore"
    ),
    pytest.param("ignore = ['/updatedAt']", "by the name of an action", id="pointers of no action"),
    pytest.param("history = 'no'", "kustomer-nb.toml:1:1: KNB810 history is not true or false", id="history"),
    pytest.param("profiles = 5", "profiles is not a table. Fix: write [profiles.", id="the profiles"),
    pytest.param("[profiles]\np = 5", "profiles.p is not a table", id="the profile itself"),
    pytest.param("[profiles.p", "kustomer-nb.toml cannot be read", id="no TOML"),
]
