"""Backgrounds and logos of groups, and the images for them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Groups that exist have no effect."""
    op.add_column("groups", sa.Column("effect", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    op.create_table(
        "images",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_images_account_id")),
        sa.PrimaryKeyConstraint("account_id", "image_id", name=op.f("pk_images")),
    )
