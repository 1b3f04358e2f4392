"""the first schema"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("previous", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index("audit_log_mine", ["actor", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_log_subject"), ["subject"], unique=False)

    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("giver", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("receiver", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reader", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dimension", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("behavior", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scene", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("request", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thanked_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("feedback_given", ["giver", "state", "at"], unique=False)
        batch_op.create_index("feedback_lately", ["at", "state", "receiver"], unique=False)
        batch_op.create_index("feedback_received", ["receiver", "state", "at"], unique=False)

    op.create_table(
        "feedback_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("giver", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("feedback_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_requests_asker"), ["asker"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_requests_giver"), ["giver"], unique=False)

    op.create_table(
        "files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mime", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_files_sha256"), ["sha256"], unique=False)

    op.create_table(
        "focus_points",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("measure_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("focus_points", schema=None) as batch_op:
        batch_op.create_index("focus_points_due", ["state", "due"], unique=False)
        batch_op.create_index(batch_op.f("ix_focus_points_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_focus_points_person"), ["person"], unique=False)

    op.create_table(
        "goals",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("parent", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("metric", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("current", sa.Float(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("direction", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("cycle", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("red_on", sa.Date(), nullable=True),
        sa.Column("updated_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goals_cycle"), ["cycle"], unique=False)
        batch_op.create_index(batch_op.f("ix_goals_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_goals_parent"), ["parent"], unique=False)
        batch_op.create_index("goals_red", ["due", "red_on"], unique=False)
        batch_op.create_index("goals_updated", ["due", "updated_at"], unique=False)

    op.create_table(
        "help_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requester", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("helper", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_requests_helper"), ["helper"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_requests_requester"), ["requester"], unique=False)

    op.create_table(
        "nudges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slot", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", "period", "stage", name="nudges_once"),
    )
    with op.batch_alter_table("nudges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nudges_topic"), ["topic"], unique=False)
        batch_op.create_index("nudges_due", ["state", "due_at"], unique=False)
        batch_op.create_index("nudges_person", ["person", "at"], unique=False)
        batch_op.create_index("nudges_subject", ["subject", "kind", "state"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("timezone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hired", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("heard_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("silence", sa.Integer(), nullable=False),
        sa.Column("met_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("changed_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index("people_heard", ["department", "active", "heard_at"], unique=False)
        batch_op.create_index("people_met", ["met_at", "active"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_timezone"), ["timezone"], unique=False)
        batch_op.create_index("people_reports", ["manager", "active"], unique=False)
        batch_op.create_index("people_silent", ["silence", "active", "heard_at"], unique=False)
        batch_op.create_index(
            "people_with_roles",
            ["id"],
            unique=False,
            sqlite_where=storage.tables.HAS_ROLES,
            postgresql_where=storage.tables.HAS_ROLES,
        )
    if op.get_bind().dialect.name == "postgresql":  # without them it believes that nearly everybody has a role
        op.execute("CREATE STATISTICS people_roles ON (CAST(roles AS TEXT)) FROM people")

    op.create_table(
        "policies",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("department"),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sender", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("done_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("platform", "key", name="receipts_once"),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("receipts_due", ["state", "due_at"], unique=False)

    op.create_table(
        "slots",
        sa.Column("job", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slot", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "zone", "slot"),
    )
    with op.batch_alter_table("slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slots_due_at"), ["due_at"], unique=False)

    op.create_table(
        "talks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organiser", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("other", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("begins_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index("talks_of", ["organiser", "other"], unique=False)
        batch_op.create_index("talks_with", ["other", "organiser"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("used_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("greeted_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"]),
        sa.PrimaryKeyConstraint("platform", "id"),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_person"), ["person"], unique=False)

    op.create_table(
        "checkins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("previous", sa.Float(), nullable=False),
        sa.Column("health", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("undone_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["goal"], ["goals.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkins_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkins_goal"), ["goal"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkins_person"), ["person"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("group", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("card_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=True),
        sa.Column("target", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("unasked", sa.Boolean(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file"], ["files.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("deliveries_due", ["state", "due_at"], unique=False)
        batch_op.create_index("deliveries_message", ["platform", "message"], unique=False)
        batch_op.create_index("deliveries_order", ["platform", "account", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_topic"), ["topic"], unique=False)

    op.create_table(
        "dialogs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("command", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slots_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("expires_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "command", name="dialogs_one_of_a_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feedback_versions",
        sa.Column("feedback", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("undone_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["feedback"], ["feedback.id"]),
        sa.PrimaryKeyConstraint("feedback", "version"),
    )
    op.create_table(
        "goal_versions",
        sa.Column("goal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["goal"], ["goals.id"]),
        sa.PrimaryKeyConstraint("goal", "version"),
    )
    op.create_table(
        "growth_views",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("growth_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_growth_views_at"), ["at"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("requester", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("approvers", sa.JSON(), nullable=False),
        sa.Column("approver", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start", sa.Float(), nullable=True),
        sa.Column("old_target", sa.Float(), nullable=True),
        sa.Column("old_weight", sa.Float(), nullable=True),
        sa.Column("old_due", sa.Date(), nullable=True),
        sa.Column("new_target", sa.Float(), nullable=True),
        sa.Column("new_weight", sa.Float(), nullable=True),
        sa.Column("new_due", sa.Date(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("decision_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["goal"], ["goals.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revisions_approver"), ["approver"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisions_goal"), ["goal"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisions_requester"), ["requester"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisions_state"), ["state"], unique=False)
        batch_op.create_index("revisions_waiting", ["state", "at"], unique=False)

    op.create_table(
        "talk_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("talk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["talk"], ["talks.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("talk_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_notes_talk"), ["talk"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checkin", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=True),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checkin"], ["checkins.id"]),
        sa.ForeignKeyConstraint(["file"], ["files.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("evidence_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_checkin"), ["checkin"], unique=False)

    op.execute(sa.text("INSERT INTO audit_head (id, seq, digest) VALUES (1, 0, :digest)").bindparams(digest="0" * 64))


def downgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_checkin"))
        batch_op.drop_index("evidence_due")

    op.drop_table("evidence")
    with op.batch_alter_table("talk_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_notes_talk"))

    op.drop_table("talk_notes")
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_index("revisions_waiting")
        batch_op.drop_index(batch_op.f("ix_revisions_state"))
        batch_op.drop_index(batch_op.f("ix_revisions_requester"))
        batch_op.drop_index(batch_op.f("ix_revisions_goal"))
        batch_op.drop_index(batch_op.f("ix_revisions_approver"))

    op.drop_table("revisions")
    with op.batch_alter_table("growth_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_growth_views_at"))

    op.drop_table("growth_views")
    op.drop_table("goal_versions")
    op.drop_table("feedback_versions")
    op.drop_table("dialogs")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_topic"))
        batch_op.drop_index(batch_op.f("ix_deliveries_person"))
        batch_op.drop_index("deliveries_order")
        batch_op.drop_index("deliveries_message")
        batch_op.drop_index("deliveries_due")

    op.drop_table("deliveries")
    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkins_person"))
        batch_op.drop_index(batch_op.f("ix_checkins_goal"))
        batch_op.drop_index(batch_op.f("ix_checkins_at"))

    op.drop_table("checkins")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_person"))

    op.drop_table("accounts")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index("talks_with")
        batch_op.drop_index("talks_of")

    op.drop_table("talks")
    with op.batch_alter_table("slots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slots_due_at"))

    op.drop_table("slots")
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index("receipts_due")

    op.drop_table("receipts")
    op.drop_table("policies")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("people_with_roles")
        batch_op.drop_index("people_silent")
        batch_op.drop_index("people_reports")
        batch_op.drop_index(batch_op.f("ix_people_timezone"))
        batch_op.drop_index("people_met")
        batch_op.drop_index("people_heard")
        batch_op.drop_index(batch_op.f("ix_people_changed_at"))

    op.drop_table("people")
    with op.batch_alter_table("nudges", schema=None) as batch_op:
        batch_op.drop_index("nudges_subject")
        batch_op.drop_index("nudges_person")
        batch_op.drop_index("nudges_due")
        batch_op.drop_index(batch_op.f("ix_nudges_topic"))

    op.drop_table("nudges")
    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_requests_requester"))
        batch_op.drop_index(batch_op.f("ix_help_requests_helper"))

    op.drop_table("help_requests")
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.drop_index("goals_updated")
        batch_op.drop_index("goals_red")
        batch_op.drop_index(batch_op.f("ix_goals_parent"))
        batch_op.drop_index(batch_op.f("ix_goals_owner"))
        batch_op.drop_index(batch_op.f("ix_goals_cycle"))

    op.drop_table("goals")
    with op.batch_alter_table("focus_points", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_focus_points_person"))
        batch_op.drop_index(batch_op.f("ix_focus_points_by"))
        batch_op.drop_index("focus_points_due")

    op.drop_table("focus_points")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_files_sha256"))

    op.drop_table("files")
    with op.batch_alter_table("feedback_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_requests_giver"))
        batch_op.drop_index(batch_op.f("ix_feedback_requests_asker"))

    op.drop_table("feedback_requests")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("feedback_received")
        batch_op.drop_index("feedback_given")
        batch_op.drop_index("feedback_lately")

    op.drop_table("feedback")
    op.drop_table("calendar_days")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_subject"))
        batch_op.drop_index("audit_log_mine")

    op.drop_table("audit_log")
    op.drop_table("audit_head")
