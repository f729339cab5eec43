"""The demo: a shop for glasses with two groups and four people. Running it again changes nothing."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from admin.administration import Administration
from admin.requests import GroupChanges, NewGroup, NewOperator
from chatcore.actors import OperatorActor
from chatcore.desk import Desk
from chatcore.errors import DeskError
from chatcore.model import OperatorRole
from chatcore.people import Look

ACCOUNT_CODE = "demo"
COMPANY = "Ottica Marini"
PASSWORD = "sportello-demo"

ADMINISTRATOR = NewOperator(
    email="admin@demo.example",
    name="Anna Marini",
    password=PASSWORD,
    role=OperatorRole.ADMINISTRATOR,
)
OPERATORS = (
    ("giulia@demo.example", "Giulia Ferri"),
    ("paolo@demo.example", "Paolo Neri"),
    ("sara@demo.example", "Sara Conti"),
)
_LOOK = Look(brand="#156b77", brand_contrast="#ffffff", button="#156b77", button_contrast="#ffffff")
GROUPS = (
    NewGroup(
        code="consulenza",
        name="Consulenza visiva",
        title={"it": "Buongiorno, come possiamo aiutarla?", "en": "Hello, how can we help you?"},
        description={
            "it": "I nostri ottici rispondono in chat e in video.",
            "en": "Our opticians answer by chat and video.",
        },
        welcome={
            "it": "Benvenuto da Ottica Marini! Ci scriva pure: un ottico le risponde subito.",
            "en": "Welcome to Ottica Marini! Write to us: an optician will be with you in a moment.",
        },
        look=_LOOK,
    ),
    NewGroup(
        code="telefono",
        name="Assistenza telefonica",
        title={"it": "Parli con noi", "en": "Talk to us"},
        description={"it": "Assistenza in chat e a voce.", "en": "Help by chat and voice."},
        welcome={
            "it": "Benvenuto all’assistenza di Ottica Marini. Di che cosa ha bisogno?",
            "en": "Welcome to Ottica Marini’s support. What can we do for you?",
        },
        audio_only=True,
        look=_LOOK,
    ),
)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A person of the demo who can log in."""

    email: str
    password: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What one needs to know to try the demo."""

    api_key: str
    logins: list[DemoLogin]


async def prepare_demo(desk: Desk, origins: list[str], key_file: Path) -> Demo:
    """Create what is missing of the demo; its widget may be framed by `origins`.

    The database keeps only a hash of the API key, so its text is kept in `key_file`.
    """
    administration = Administration(desk)
    administrator = await _administrator(desk, administration)
    group_ids = await _groups(administration, administrator, origins)
    await _operators(desk, administration, administrator, group_ids)
    api_key = await _api_key(desk, administration, administrator, key_file)
    logins = [DemoLogin(email, PASSWORD, name, OperatorRole.OPERATOR.value) for email, name in OPERATORS]
    logins.append(DemoLogin(ADMINISTRATOR.email, PASSWORD, ADMINISTRATOR.name, ADMINISTRATOR.role.value))
    return Demo(api_key, logins)


async def _administrator(desk: Desk, administration: Administration) -> OperatorActor:
    try:
        account = await desk.directory.account(ACCOUNT_CODE)
    except DeskError:
        return await administration.found_account(ACCOUNT_CODE, COMPANY, ADMINISTRATOR)
    people = await desk.directory.operators_of(account.account_id)
    return next(person.actor for person in people if person.role is OperatorRole.ADMINISTRATOR)


async def _groups(
    administration: Administration, administrator: OperatorActor, origins: list[str]
) -> list[str]:
    present = {group.code: group for group in await administration.list_groups(administrator)}
    for new in GROUPS:
        if new.code not in present:
            present[new.code] = await administration.create_group(administrator, new)
    own = [present[new.code] for new in GROUPS]
    for group in own:
        if group.allowed_origins != origins:
            changes = GroupChanges(allowed_origins=origins)
            await administration.update_group(administrator, group.group_id, changes)
    return [group.group_id for group in own]


async def _operators(
    desk: Desk, administration: Administration, administrator: OperatorActor, group_ids: list[str]
) -> None:
    present = {person.email for person in await desk.directory.operators_of(administrator.account_id)}
    for email, name in OPERATORS:
        if email not in present:
            operator = NewOperator(email=email, name=name, password=PASSWORD, group_ids=group_ids)
            await administration.create_operator(administrator, operator)


async def _api_key(
    desk: Desk, administration: Administration, administrator: OperatorActor, key_file: Path
) -> str:
    kept = await asyncio.to_thread(_read_key, key_file)
    if kept and await desk.directory.api_key_account(kept) is not None:
        return kept
    fresh = await administration.create_api_key(administrator, "Demo")
    await asyncio.to_thread(_keep_key, key_file, fresh.secret)
    return fresh.secret


def _read_key(key_file: Path) -> str:
    return key_file.read_text() if key_file.exists() else ""


def _keep_key(key_file: Path, secret: str) -> None:
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret)
