import pytest

from kustomer_nb import LoadError, NameNotFoundError, load, loads
from kustomer_nb.linting import Selection, project_selection
from tests.planted import precious_of, unreadable

TEXT = '{"app": "shop", "version": "1", "title": "Shop", "action": []}'


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        pytest.param(None, None, ["KNB213", "KNB212"], id="all"),
        pytest.param(["KNB213"], None, ["KNB213"], id="one"),
        pytest.param(["KNB2"], ["KNB213"], ["KNB212"], id="a family but one"),
        pytest.param(["KNB213"], ["KNB2"], ["KNB213"], id="one of a family that is left out"),
        pytest.param(None, ["KNB2"], [], id="all but a family"),
        pytest.param(["KNB213"], ["KNB213"], [], id="one chosen and left out"),
        pytest.param("KNB213", None, ["KNB213"], id="a text for a list"),
    ],
)
def test_codes_choose_what_is_found(select, ignore, expected):
    assert loads(TEXT).lint(select=select, ignore=ignore).codes == expected


def test_an_unknown_code_is_an_error_with_a_way_out():
    with pytest.raises(NameNotFoundError, match="a family such as KNB3"):
        loads(TEXT).lint(ignore=["KNB29"])


@pytest.fixture
def path(tmp_path):
    (tmp_path / "apps").mkdir()
    path = tmp_path / "apps" / "shop.json"
    path.write_text(TEXT, encoding="utf-8")
    return path


def configure(path, text):
    (path.parents[1] / "pyproject.toml").write_text(text, encoding="utf-8")


def test_a_project_leaves_codes_out(path):
    configure(path, '[tool.kustomer-nb]\nignore = ["KNB213"]')

    assert load(path).lint().codes == ["KNB212"]
    assert load(path).lint(ignore=["KNB212"]).codes == []
    assert load(path).lint(select=["KNB213"]).codes == []


def test_the_nearest_table_counts_and_a_file_without_one_does_not(path):
    configure(path, '[tool.kustomer-nb]\nselect = ["KNB212"]')
    (path.parent / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")

    assert project_selection(path) == Selection(select=("KNB212",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[tool.kustomer-nb\n", "cannot be read", id="no TOML"),
        pytest.param("[tool]\nkustomer-nb = 1", "is not a table", id="no table"),
        pytest.param("[tool.kustomer-nb]\nignor = []", "did you mean `ignore`", id="another key"),
        pytest.param('[tool.kustomer-nb]\nignore = "KNB2"', "is not a list of codes", id="no list"),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_why(path, text, message):
    configure(path, text)

    with pytest.raises(LoadError, match=message) as caught:
        load(path).lint()

    assert "pyproject.toml" in str(caught.value)


@pytest.mark.timeout(120)
@unreadable
def test_a_file_without_an_end_is_refused(plant, tmp_path):
    plant(tmp_path / "pyproject.toml", precious_of(tmp_path))

    with pytest.raises(LoadError, match=r"KNB814 .*it is not a regular file"):
        project_selection(tmp_path / "shop.json")
