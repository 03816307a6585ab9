"""What is checked at all: a definition, and not an object around one."""

import pytest

import kustomer_nb as knb

APP = "{app: 'shop', version: '1.0.0', title: 'Shop', actions: []}"


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (f"const app = {APP};\nmodule.exports = {{ app }};", "/app"),
        (f"const app = {APP}, other = 1;\nmodule.exports = {{ other, app }};", "/app"),
        (f"export default {{ definition: {APP} }};", "/definition"),
        (f"const app = {APP};\nmodule.exports = {{ default: app }};", "/default"),
        ('{"app": {"app": "shop", "version": "1.0.0", "title": "Shop"}}', "/app"),
    ],
)
def test_an_object_around_the_definition_is_the_only_finding(text, pointer):
    (finding,) = [finding for finding in knb.loads(text).lint() if finding.code != "KNB124"]

    assert (finding.code, finding.pointer, finding.severity.value) == ("KNB202", pointer, "error")
    assert "definition" in finding.fix


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"module.exports = {APP};", ["KNB124"]),
        ('{"app": {"name": "shop"}, "version": "1.0.0", "title": "Shop"}', ["KNB202"]),
        (f"export default {{app: 'shop', version: '1.0.0', title: 'Shop', appDetails: {APP}}};", ["KNB124"]),
    ],
)
def test_no_other_object_is_taken_for_a_definition(text, codes):
    assert knb.loads(text).lint().codes == codes
