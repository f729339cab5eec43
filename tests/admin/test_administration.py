from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from admin.administration import Administration
from admin.requests import GroupChanges, NewGroup, NewOperator
from chatcore.actors import OperatorActor
from chatcore.model import OperatorRole
from chatcore.people import Look
from tests.chatcore.world import World, refused

Use = Callable[[Administration, OperatorActor], Awaitable[Any]]

USES: dict[str, Use] = {
    "create a group": lambda admin, actor: admin.create_group(actor, NewGroup("new", "Nuovo")),
    "change a group": lambda admin, actor: admin.update_group(actor, actor.group_ids[0], GroupChanges()),
    "list groups": lambda admin, actor: admin.list_groups(actor),
    "create an operator": lambda admin, actor: admin.create_operator(
        actor, NewOperator("new@example.test", "New", "long enough")
    ),
    "create a key": lambda admin, actor: admin.create_api_key(actor, "key"),
    "list keys": lambda admin, actor: admin.list_api_keys(actor),
    "revoke a key": lambda admin, actor: admin.revoke_api_key(actor, "key"),
}


@pytest.fixture
def administration(world: World) -> Administration:
    return Administration(world.desk)


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
async def test_operators_do_not_administrate(world: World, administration: Administration, use: Use) -> None:
    await refused("forbidden", use(administration, world.cast.giulia))


async def test_a_founded_account_has_an_administrator_who_can_log_in(
    world: World, administration: Administration
) -> None:
    first = NewOperator("first@example.test", "First", "long enough")
    actor = await administration.found_account("third", "Terza ditta", first)
    operator = await world.desk.directory.check_password("first@example.test", "long enough")
    assert operator.actor == actor
    assert operator.role is OperatorRole.ADMINISTRATOR
    assert (await world.desk.directory.account("third")).company == "Terza ditta"
    other = NewOperator("other@example.test", "Other", "long enough")
    await refused("taken", administration.found_account("third", "Ancora", other))
    await refused("taken", administration.found_account("fourth", "Quarta", first))
    await refused("not_found", world.desk.directory.account("fourth"))


async def test_a_new_group_is_found_and_has_its_settings(
    world: World, administration: Administration
) -> None:
    wanted = NewGroup(
        "lenti",
        "Lenti",
        welcome={"it": "Salve"},
        allowed_origins=["https://shop.example", "http://[::1]:8080"],
        look=Look(corner="left", brand="#aabbcc"),
    )
    created = await administration.create_group(world.cast.admin, wanted)
    _, found = await world.desk.directory.group("ottica", "lenti")
    assert found == created
    assert (found.look.corner, found.welcome) == ("left", {"it": "Salve"})
    assert created in await administration.list_groups(world.cast.admin)
    await refused("taken", administration.create_group(world.cast.admin, wanted))


async def test_a_change_leaves_the_rest_as_it_was(world: World, administration: Administration) -> None:
    group_id = world.cast.giulia.group_ids[0]
    before = next(
        one for one in await administration.list_groups(world.cast.admin) if one.group_id == group_id
    )
    changes = GroupChanges(name="Vendita", privacy_url="https://shop.example/privacy")
    after = await administration.update_group(world.cast.admin, group_id, changes)
    assert (after.name, after.privacy_url) == ("Vendita", "https://shop.example/privacy")
    assert (after.welcome, after.code) == (before.welcome, before.code)
    cleared = await administration.update_group(world.cast.admin, group_id, GroupChanges(privacy_url=None))
    assert (cleared.name, cleared.privacy_url) == ("Vendita", None)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "shop.example",
        "https://shop.example/",
        "https://a b",
        "https://x; script-src *",
        "ftp://x",
        "https://",
    ],
)
async def test_what_is_no_origin_never_reaches_a_header(
    world: World, administration: Administration, origin: str
) -> None:
    group_id = world.cast.giulia.group_ids[0]
    changes = GroupChanges(allowed_origins=[origin])
    await refused("bad_request", administration.update_group(world.cast.admin, group_id, changes))


@pytest.mark.parametrize(
    "changes",
    [GroupChanges(look=Look(brand="red")), GroupChanges(privacy_url="javascript:alert(1)")],
)
async def test_values_that_cannot_be_are_refused(
    world: World, administration: Administration, changes: GroupChanges
) -> None:
    group_id = world.cast.giulia.group_ids[0]
    await refused("bad_request", administration.update_group(world.cast.admin, group_id, changes))


@pytest.mark.parametrize("code", ["", "-x", "Maiuscole", "a/b", "x" * 64])
async def test_codes_fit_into_addresses(world: World, administration: Administration, code: str) -> None:
    await refused("bad_request", administration.create_group(world.cast.admin, NewGroup(code, "Nome")))


async def test_groups_of_another_account_do_not_exist(world: World, administration: Administration) -> None:
    theirs = world.cast.stranger.group_ids[0]
    change = administration.update_group(world.cast.admin, theirs, GroupChanges(name="Mio"))
    await refused("not_found", change)
    member = NewOperator("new@example.test", "New", "long enough", group_ids=[theirs])
    await refused("not_found", administration.create_operator(world.cast.admin, member))


async def test_a_mail_belongs_to_one_operator(world: World, administration: Administration) -> None:
    again = NewOperator("Stranger@example.test", "Again", "long enough")
    await refused("taken", administration.create_operator(world.cast.admin, again))


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
async def test_passwords_have_a_sensible_length(
    world: World, administration: Administration, password: str
) -> None:
    operator = NewOperator("new@example.test", "New", password)
    await refused("bad_request", administration.create_operator(world.cast.admin, operator))


async def test_an_api_key_works_until_it_is_revoked(world: World, administration: Administration) -> None:
    created = await administration.create_api_key(world.cast.admin, "carico")
    account = await world.desk.directory.api_key_account(created.secret)
    assert account is not None
    assert account.account_id == world.cast.admin.account_id
    assert await administration.list_api_keys(world.cast.admin) == [created.key]

    for _ in range(2):
        await administration.revoke_api_key(world.cast.admin, created.key.key_id)
    assert await administration.list_api_keys(world.cast.admin) == []
    assert await world.desk.directory.api_key_account(created.secret) is None
    await refused("not_found", administration.revoke_api_key(world.cast.admin, "no such key"))
