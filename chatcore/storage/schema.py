"""The tables. Portable SQL only; the migrations must lead to exactly this (a test compares).

Ids are random and opaque. Times are milliseconds since the epoch. `content`, `body` and `audience_*` hold
JSON of the structs that the store reads them into.
"""

import sqlalchemy as sa

# Names for constraints, so that migrations can refer to them on every database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `last_position` numbers the account's events. It is raised in the transaction that stores them, so that
# the order of numbers is the order of commits, also with several writers.
accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("last_position", sa.BigInteger, nullable=False),
)

groups = sa.Table(
    "groups",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("welcome", sa.JSON, nullable=False),
    sa.Column("privacy_url", sa.Text),
    sa.Column("allowed_origins", sa.JSON, nullable=False),
    sa.Column("audio_only", sa.Boolean, nullable=False),
    sa.Column("look", sa.JSON, nullable=False),
    sa.Column("effect", sa.JSON, nullable=False, server_default=sa.text("'{}'")),
    sa.UniqueConstraint("account_id", "code"),
)

# `image_id` is the hash of `data`, so that what was loaded by an id never becomes stale.
images = sa.Table(
    "images",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), primary_key=True),
    sa.Column("image_id", sa.Text, primary_key=True),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

operators = sa.Table(
    "operators",
    metadata,
    sa.Column("operator_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False, index=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
)

operator_groups = sa.Table(
    "operator_groups",
    metadata,
    sa.Column("operator_id", sa.Text, sa.ForeignKey(operators.c.operator_id), primary_key=True),
    sa.Column("group_id", sa.Text, sa.ForeignKey(groups.c.group_id), primary_key=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("operator_id", sa.Text, sa.ForeignKey(operators.c.operator_id), nullable=False, index=True),
    sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False, index=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    sa.Column("revoked_at_ms", sa.BigInteger),
)

visitors = sa.Table(
    "visitors",
    metadata,
    sa.Column("visitor_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False, index=True),
    sa.Column("group_id", sa.Text, sa.ForeignKey(groups.c.group_id), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("language", sa.Text),
)

# `content` is the whole `fold.Conversation`; the other columns repeat what queries look for. `waiting`
# is that of its audience: whether the group's operators see it.
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("conversation_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False),
    sa.Column("group_id", sa.Text, sa.ForeignKey(groups.c.group_id), nullable=False),
    sa.Column("visitor_id", sa.Text, sa.ForeignKey(visitors.c.visitor_id), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False),
    sa.Column("updated_at_ms", sa.BigInteger, nullable=False),
    sa.Column("due_at_ms", sa.BigInteger, index=True),
    sa.Column("call_id", sa.Text, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Index(None, "visitor_id", "updated_at_ms"),
    sa.Index(None, "group_id", "waiting"),
)

conversation_operators = sa.Table(
    "conversation_operators",
    metadata,
    sa.Column("operator_id", sa.Text, sa.ForeignKey(operators.c.operator_id), primary_key=True),
    sa.Column("conversation_id", sa.Text, sa.ForeignKey(conversations.c.conversation_id), primary_key=True),
    sa.Index(None, "conversation_id"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("conversation_id", sa.Text, sa.ForeignKey(conversations.c.conversation_id), nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.Text, unique=True),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("internal", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("audience_before", sa.Text),
    sa.Column("audience_after", sa.Text, nullable=False),
    sa.Index(None, "conversation_id", "position"),
)

# What a person's own ids for commands stand for, so that a repeat is answered and not carried out again.
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), primary_key=True),
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False),
    sa.Column("conversation_id", sa.Text, sa.ForeignKey(conversations.c.conversation_id), nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("invitation_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(accounts.c.account_id), nullable=False),
    sa.Column("conversation_id", sa.Text, sa.ForeignKey(conversations.c.conversation_id), nullable=False),
    sa.Column("invitee_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)
