from pathlib import Path

import pytest

from chatcore.model import OperatorRole
from tests.chatcore.world import PASSWORD, Template, World, open_desk, refused


async def test_groups_are_found_by_their_public_codes(world: World) -> None:
    account, group = await world.desk.directory.group("ottica", "phone")
    assert (account.company, group.name, group.audio_only) == ("Ottica Marini", "Telefono", True)
    assert await world.desk.directory.account("ottica") == account
    assert await world.desk.directory.account_by_id(account.account_id) == account
    names = [one.name for one in await world.desk.directory.groups_of(account.account_id)]
    assert names == ["Telefono", "Vendite"]


@pytest.mark.parametrize(("account", "group"), [("ottica", "none"), ("none", "sales"), ("altra", "phone")])
async def test_unknown_codes_are_not_found(world: World, account: str, group: str) -> None:
    await refused("not_found", world.desk.directory.group(account, group))


async def test_an_operator_logs_in_with_mail_and_password(world: World) -> None:
    operator = await world.desk.directory.check_password(" Giulia@Example.test ", PASSWORD)
    assert operator.actor == world.cast.giulia
    assert (operator.name, operator.role) == ("Giulia", OperatorRole.OPERATOR)


@pytest.mark.parametrize(
    ("email", "password"), [("giulia@example.test", "wrong"), ("nobody@example.test", "nobody's password")]
)
async def test_wrong_mails_and_passwords_are_told_alike(world: World, email: str, password: str) -> None:
    await refused("unauthorized", world.desk.directory.check_password(email, password))


async def test_a_session_lasts_its_time(world: World) -> None:
    directory = world.desk.directory
    operator = await directory.check_password("giulia@example.test", PASSWORD)
    secret = await directory.open_session(operator, lifetime_s=60)
    world.clock.pass_s(59)
    assert await directory.session(secret.token) == (operator, secret.csrf_token)
    assert await directory.session(secret.csrf_token) is None
    world.clock.pass_s(1)
    assert await directory.session(secret.token) is None


async def test_a_closed_session_is_over_and_others_go_on(world: World) -> None:
    directory = world.desk.directory
    operator = await directory.check_password("giulia@example.test", PASSWORD)
    here, there = [await directory.open_session(operator, 60) for _ in range(2)]
    await directory.close_session(here.token)
    await directory.close_session(here.token)
    assert await directory.session(here.token) is None
    assert await directory.session(there.token) is not None


async def test_secrets_are_not_in_the_database(template: Template, tmp_path: Path) -> None:
    async with template.open_copy(tmp_path / "desk.db") as world:
        operator = await world.desk.directory.check_password("giulia@example.test", PASSWORD)
        secret = await world.desk.directory.open_session(operator, 60)
        token, _ = await world.desk.directory.welcome_visitor("ottica", "sales", None, None)
    content = (tmp_path / "desk.db").read_bytes()
    assert b"giulia@example.test" in content
    for hidden in (secret.token, secret.csrf_token, token, PASSWORD):
        assert hidden.encode() not in content


async def test_a_visitor_is_remembered_across_visits_and_restarts(template: Template, tmp_path: Path) -> None:
    async with template.open_copy(tmp_path / "desk.db") as world:
        token, first = await world.desk.directory.welcome_visitor("ottica", "sales", None, "it")
    async with open_desk(tmp_path / "desk.db", world.clock) as desk:
        assert await desk.directory.visitor_by_token(token) == first
        assert await desk.directory.welcome_visitor("ottica", "sales", token, None) == (token, first)
        same_token, moved = await desk.directory.welcome_visitor("ottica", "phone", token, "en")
        assert (same_token, moved.visitor_id, moved.language) == (token, first.visitor_id, "en")
        assert moved.group_id != first.group_id
        assert await desk.directory.visitor_by_token(token) == moved


async def test_an_unknown_token_makes_a_new_anonymous_visitor(world: World) -> None:
    token, visitor = await world.desk.directory.welcome_visitor("ottica", "sales", "made up", None)
    assert token != "made up"
    assert visitor.person.name == f"Anonimo-{visitor.number:06d}"
    assert await world.desk.directory.visitor_by_token("made up") is None
