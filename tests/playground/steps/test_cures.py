"""Steps as a new author writes them: what is refused says in one line what to write instead."""

import pytest

ORDERS = "retrieve orders from amazon selling partner"


@pytest.fixture
def refused(failure):
    """Read a step that is refused; return the word it points at, and the first line of the error."""

    def refused(step):
        error = failure(step)
        return error.word, str(error).partition("\n")[0]

    return refused


def expect(refusal, word, cure):
    assert refusal[0] == word
    assert cure in refusal[1]


@pytest.mark.parametrize(
    ("whose", "word", "cure"),
    [
        ("is between 100 and 150", "between", "Write `is at least … and whose order total's amount is at most …`."),
        (
            "is not between 1 and 2",
            "between",
            "Write `is less than … or whose order total's amount is greater than …`.",
        ),
        ("is empty", "empty", "Write `is None`."),
        ('starts with "1"', "starts", "Write `contains`, the only comparison with part of a text."),
        ("exceeds 100", "exceeds", "Write `is greater than`."),
        ("greater than 100", "greater", "Write `is greater than`."),
        ("is not less than 100", "less", "Write `is at least`."),
        ("is equal to 100", "equal", "Write `is`."),
        ("is either 1 or 2", "either", "Write `is one of`."),
        ("is none of 1, 2", "none", "Write `is not one of`."),
        ("=> 100", "=>", "Write `is at least`."),
    ],
)
@pytest.mark.parametrize("attribute", ["order total's amount", "number of items shipped"])
def test_a_wrong_comparison_is_corrected(refused, attribute, whose, word, cure):
    cure = cure.replace("order total's amount", attribute)
    assert refused(f"{ORDERS} whose {attribute} {whose}") == (word, f'I do not understand "{word}". {cure}')


@pytest.mark.parametrize(
    ("written", "word", "cure"),
    [
        ("yesterday", "yesterday", "Write the day itself, such as 2024-11-01."),
        ("3 days ago", "3 days ago", "Write the day itself, such as 2024-11-01."),
        ("11/23/2026", "11/23/2026", "Write dates like 2024-11-01."),
        ("23.11.2026", "23.11.2026", "Write dates like 2024-11-01."),
        ("23 November 2026", "23 November", "Write dates like 2024-11-01."),
        ("100.50 USD", "100.50 USD", "Write the number alone."),
        ("1,000", "1,000", "Write a number without commas; in a list, put a blank after each comma."),
        ("'Shipped'", "'Shipped'", "Write text in double quotes."),
        ('("A", "B")', "(", "Write the values without parentheses, with a comma between them."),
    ],
)
@pytest.mark.parametrize(
    "before", ["whose purchase date is", "whose purchase date is in", "whose order total's amount >"]
)
def test_a_wrong_value_is_corrected(refused, before, written, word, cure):
    assert refused(f"{ORDERS} {before} {written}") == (word, f'I do not understand "{word}". {cure}')


@pytest.mark.parametrize(
    ("whose", "word", "cure"),
    [
        ("order total's amount is at least 1 and is at most 2", "is", "`and whose order total's amount is at most`"),
        ("order total's amount is at least 1 and at most 2", "at", "`and whose order total's amount is at most`"),
        ("is prime is true and order type is 1", "order", "`and whose order type`"),
        ("is prime is true or is iba is true", "is", "`or whose is iba`"),
        ("is prime is true, whose is iba is true", ",", "Write `and whose` or `or whose`."),
        ("is prime is true whose is iba is true", "whose", "Write `and whose` or `or whose`."),
        ("is prime is true, and whose is iba is true", ",", "Leave out the comma."),
        ("is prime is true, with the limit is 1", ",", "Leave out the comma."),
        ("is prime is true and with the limit is 1", "and", "Leave out `and` before `with`."),
        ("is prime is true and the limit is 1", "the", "`with the limit is …`"),
        ("is prime is true\n    the limit is 1", "the", "`with the limit is …`"),
        ('order status is "A" or "B"', "or", "For several values write `is one of`."),
        ('order status is not "A", "B"', ",", "For several values write `is not one of`."),
        ('order status is one of "A" "B"', '"B"', "Put a comma between the values."),
        ('payment method details has "A" or "B"', "or", "`or whose payment method details has …`"),
        ("(is prime is true or whose is iba is true)", "(", "Leave out the parentheses"),
        ("is prime", "", "Write `is prime is true`, or `is false`."),
        ("is not prime", "is", "Write `is prime is false`."),
        ("the order status is 1", "the", "Write `whose` without `the`."),
        ('does not have payment method details "COD"', "does", "`whose … does not have …`"),
        ('marketplace is "US"', "marketplace", "`with the marketplace is …`"),
        ("is prime is true please", "please", "`and whose`, `or whose`, or `with`"),
    ],
)
def test_a_wrong_continuation_of_a_filter_is_corrected(refused, whose, word, cure):
    expect(refused(f"{ORDERS} whose {whose}"), word, cure)


@pytest.mark.parametrize(
    ("block", "word", "cure"),
    [
        ("with limit is 2", "limit", "Write `the limit is …`."),
        ("with the limit of 2", "of", "Here I expect: the limit is …"),
        ('with marketplace "US"', "marketplace", "Write `the marketplace is …`."),
        ('with the marketplace is "US", "CA"', '"CA"', "An input takes one value."),
        ('with the marketplace is one of "US", "CA"', "one", "An input takes one value after `is`."),
        ("with the limit is 5 whose is prime is true", "whose", "The filter comes before the inputs"),
        ("with order status is 1", "order", "Write `whose order status …`"),
        ("with the createdbefore is 2024-11-01", "createdbefore", "`whose purchase date is before …`"),
        ("with the last updated before is 2024-11-01", "last", "`whose last update date is before …`"),
        ("with the created after is 2024-11-01", "created", 'Did you mean "createdafter"?'),
        ("with the createdafter is 3 days ago", "3 days ago", "Write the day itself, such as 2024-11-01."),
    ],
)
def test_a_wrong_input_is_corrected(refused, block, word, cure):
    expect(refused(f"{ORDERS} {block}"), word, cure)


@pytest.mark.parametrize(
    ("step", "word", "cure"),
    [
        ("retrieve 10 orders", "10", "Write `retrieve orders`, and `with the limit is 10` at the end."),
        ("retrieve the last 10 orders", "last", "Write `retrieve orders`, and which of them after `whose`."),
        ("retrieve shipped orders", "shipped", "Write `retrieve orders`, and which of them after `whose`."),
        ("retrieve orders from yesterday", "yesterday", "`whose purchase date is at least 2024-11-01`"),
        ("retrieve orders since 2026-11-01", "2026-11-01", "`whose purchase date is at least 2024-11-01`"),
        ("retrieve orders order status is 1", "order", "Write `whose order status`."),
        ('retrieve orders for the marketplace "US"', "for", "`with the marketplace is …`"),
        ("retrieve orders. retrieve orders", ".", "Write one step at a time."),
        ("retrieve order 902-1", "902", "`with the marketplace is …, the order id is …`"),
        ('retrieve an order whose order id is "1"', "whose", "`with the marketplace is …, the order id is …`"),
    ],
)
def test_a_wrong_opening_is_corrected(refused, step, word, cure):
    expect(refused(step), word, cure)


def test_the_caret_underlines_every_word_of_a_day(failure):
    error = failure(f"{ORDERS} whose purchase date is after 3 days ago")
    assert str(error).splitlines()[-1].strip() == "^" * len("3 days ago")
