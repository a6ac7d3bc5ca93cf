"""What Kognitos's client knows of the book before a step runs."""

import pytest
from kognitos.bdk.runtime.client.book_authentication_descriptor import BookCustomAuthenticationDescriptor
from kognitos.bdk.runtime.client.concept_type import (
    ConceptDictionaryType,
    ConceptEnumType,
    ConceptListType,
    ConceptOptionalType,
    ConceptScalarType,
)
from kognitos.bdk.runtime.client.connection_required import ConnectionRequired
from kognitos.bdk.runtime.client.credential_descriptor import CredentialType
from kognitos.bdk.runtime.client.exceptions import NotFound

from amazon_selling_partner import __version__
from tests.end_to_end.documented import ATTRIBUTES, PARTS, ROOT, USAGE

TEXT = ConceptScalarType.CONCEPT_SCALAR_TYPE_TEXT
NUMBER = ConceptScalarType.CONCEPT_SCALAR_TYPE_NUMBER
BOOLEAN = ConceptScalarType.CONCEPT_SCALAR_TYPE_BOOLEAN


@pytest.fixture
def client(workspace):
    return workspace.client


@pytest.fixture
def book(client):
    [book] = client.retrieve_books()
    return book


@pytest.fixture
def procedures(client, book):
    procedures = client.retrieve_procedures(book.name, book.version, include_connect=True)
    return {procedure.id: procedure for procedure in procedures}


def documented_type(kind):
    """The type as USAGE.md writes it."""
    match kind:
        case ConceptOptionalType():
            return f"optional[{documented_type(kind.inner)}]"
        case ConceptListType():
            return f"list of {documented_type(kind.inner)}"
        case ConceptEnumType():
            return f"enum[{', '.join(member.name for member in kind.members)}]"
        case ConceptDictionaryType():
            return " ".join(map(str, kind.is_a)) or "json"
        case ConceptScalarType():
            return kind.human_readable().lower()


def section(title):
    return USAGE.partition(f"### {title}\n")[2].partition("\n### ")[0]


def rows(text):
    """The rows of the tables in a text, cell by cell, without the heads and without the marks of Markdown."""
    lines = [line for line in text.splitlines() if line.startswith(("| `", "| [`"))]
    return [[cell.strip().replace("`", "") for cell in line.strip("| ").split(" | ")] for line in lines]


def test_the_book_is_the_installed_one(book):
    assert (book.id, book.name, book.display_name) == ("amazon_selling_partner", *["Amazon Selling Partner"] * 2)
    assert book.version == __version__
    assert str(book.noun_phrase) == "amazon selling partner"
    assert book.author == "Kognitos"
    assert book.icon == (ROOT / "src" / "amazon_selling_partner" / "data" / "icon.svg").read_bytes()
    assert book.connection_required
    assert not any([book.discover_capable, book.userinfo_capable, book.configurations])


@pytest.mark.parametrize("name", ["Amazon Selling Partner", "amazon_selling_partner"], ids=["name", "id"])
def test_the_book_is_found_by_its_name_and_by_its_id(client, book, name):
    assert client.retrieve_book(name, __version__) == book


@pytest.mark.parametrize(("name", "version"), [("Amazon", __version__), ("Amazon Selling Partner", "1.0.0")])
def test_another_book_or_version_is_not_found(client, name, version):
    with pytest.raises(NotFound, match=f"no book '{name}' in version '{version}'. Available: Amazon Selling Partner 2"):
        client.retrieve_book(name, version)


def test_the_tags_are_those_of_the_book(client, book):
    assert list(client.retrieve_tags()) == book.tags == ["E-commerce", "Orders"]


def test_the_client_can_speak_with_the_host(client):
    client.check_compatibility()
    environment = client.environment_information()
    assert environment.version == __version__
    assert environment.runtime_name == "amazon-selling-partner-playground"


def test_the_connection_takes_the_three_documented_credentials(book):
    [method] = book.authentications
    assert isinstance(method, BookCustomAuthenticationDescriptor)
    assert method.name == "Connect using Refresh Token, Client ID and Client Secret"
    types = {CredentialType.CREDENTIAL_TYPE_TEXT: "text", CredentialType.CREDENTIAL_TYPE_SENSITIVE_TEXT: "sensitive"}
    documented = section(method.name)
    assert all(credential.visible for credential in method.credentials)
    for credential in method.credentials:
        cells = [credential.label, credential.description, types[credential.type]]
        assert any(
            [cell.strip("` ") for cell in line.strip("|").split("|")] == cells for line in documented.splitlines()
        )
    assert [credential.id for credential in method.credentials] == ["refresh_token", "client_id", "client_secret"]


def test_only_a_list_can_be_filtered_and_paged(procedures):
    capable = {name: (procedure.filter_capable, procedure.page_capable) for name, procedure in procedures.items()}
    assert capable == {"retrieve_orders": (True, True), "retrieve_order": (False, False)}


def test_both_procedures_only_read_and_need_a_connection(procedures):
    for procedure in procedures.values():
        assert procedure.signature.is_read_only
        assert procedure.connection_required is ConnectionRequired.ALWAYS


@pytest.mark.parametrize("name", ["retrieve_orders", "retrieve_order"])
def test_the_inputs_are_as_documented(procedures, name):
    procedure = procedures[name]
    documented = rows(section(procedure.signature.english).partition("#### Output")[0])
    inputs = []
    for concept in procedure.inputs:
        required = "No" if isinstance(concept.type, ConceptOptionalType) else "Yes"
        # USAGE.md writes the type without its being optional, and the default as the member of the enum.
        kind = documented_type(concept.type).removeprefix("optional[").removesuffix("]" * (required == "No"))
        default = "(no default)"
        if concept.default_value is not None:
            default = str({"class_name": "Marketplace", "name": concept.default_value, "value": concept.default_value})
        inputs.append([str(concept.noun_phrases), concept.description, kind, required, default])
    assert inputs == documented


@pytest.mark.parametrize("name", ["retrieve_orders", "retrieve_order"])
def test_the_examples_are_those_that_are_documented(procedures, name):
    procedure = procedures[name]
    documented = section(procedure.signature.english)
    assert procedure.examples
    for example in procedure.examples:
        assert f"{example.description}\n\n```generic\n{example.snippet}\n```" in documented


def test_the_orders_are_a_list_of_the_concept_and_an_order_is_one(procedures):
    orders, order = procedures["retrieve_orders"].outputs[0].type, procedures["retrieve_order"].outputs[0].type
    assert orders == ConceptListType(inner=order)
    assert documented_type(order) == "amazon order"


def test_every_attribute_has_its_documented_description_and_type(procedures):
    [output] = procedures["retrieve_order"].outputs
    table = USAGE.partition("\n### Amazon order\n")[2].partition("#### Concept attribute")[0]
    documented = [[cells[0].partition("]")[0].strip("["), *cells[1:]] for cells in rows(table)]
    assert [[field.key, field.description, documented_type(field.value)] for field in output.type.fields] == documented
    assert [field.key for field in output.type.fields] == ATTRIBUTES


def test_the_parts_of_an_order_have_their_documented_attributes(procedures):
    [output] = procedures["retrieve_order"].outputs
    parts = {field.key: field.value.inner for field in output.type.fields if field.key in PARTS}
    assert {name: [field.key for field in part.fields] for name, part in parts.items()} == PARTS
    for name, part in parts.items():
        documented = USAGE.partition(f"##### {name} (amazon order)")[2].partition("#####")[0]
        assert [[field.key, documented_type(field.value)] for field in part.fields] == rows(documented)
