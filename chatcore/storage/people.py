"""Reading accounts, groups and people."""

from collections import defaultdict
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from chatcore.people import Account, Group, Operator, Visitor
from chatcore.storage.schema import accounts, groups, operator_groups, operators, visitors

S = TypeVar("S", bound=msgspec.Struct)


def one_account(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Account | None:
    """Return the account that fulfils the condition."""
    return _one(connection, sa.select(accounts).where(condition), Account)


def one_group(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Group | None:
    """Return the group that fulfils the conditions."""
    return _one(connection, sa.select(groups).where(*conditions), Group)


def groups_of(connection: sa.Connection, account_id: str) -> list[Group]:
    """Return the account's groups by name."""
    query = sa.select(groups).where(groups.c.account_id == account_id).order_by(groups.c.name)
    return [_struct(row, Group) for row in connection.execute(query)]


def one_visitor(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Visitor | None:
    """Return the visitor who fulfils the conditions."""
    return _one(connection, sa.select(visitors).where(*conditions), Visitor)


def languages_of(connection: sa.Connection, visitor_ids: set[str]) -> dict[str, str | None]:
    """Return the visitors' languages."""
    query = sa.select(visitors.c.visitor_id, visitors.c.language).where(
        visitors.c.visitor_id.in_(visitor_ids)
    )
    return {row.visitor_id: row.language for row in connection.execute(query)}


def find_operators(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Operator]:
    """Return the operators who fulfil the conditions, by name, with their groups."""
    rows = (connection.execute(sa.select(operators).where(*conditions).order_by(operators.c.name))).all()
    query = sa.select(operator_groups).where(
        operator_groups.c.operator_id.in_([row.operator_id for row in rows])
    )
    group_ids: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        group_ids[row.operator_id].append(row.group_id)
    return [_struct(row, Operator, group_ids=group_ids[row.operator_id]) for row in rows]


def _one(connection: sa.Connection, query: sa.Select[tuple[object, ...]], struct: type[S]) -> S | None:
    row = (connection.execute(query)).one_or_none()
    return None if row is None else _struct(row, struct)


def _struct(row: sa.Row[tuple[object, ...]], struct: type[S], **more: object) -> S:
    columns = {str(name): value for name, value in zip(row._fields, row, strict=True)}
    return msgspec.convert(columns | more, struct)
