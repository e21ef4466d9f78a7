"""The trigger that writes `Change` rows, one statement at a time, and the migration step that attaches it to tables."""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE FUNCTION audit_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    acting_user bigint := nullif(current_setting('planner.actor', true), '')::bigint;
    source_of_change text := coalesce(current_setting('planner.source', true), '');
    request_of_change text := coalesce(current_setting('planner.request', true), '');
    hidden text[] := coalesce(TG_ARGV::text[], '{}');  -- without arguments TG_ARGV is null
    forgetting boolean := source_of_change = 'retention';  -- what is deleted for its age must not live on here
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_change
            (jobcentre_id, at, actor, source, request_id, table_name, row_id, action, after)
        SELECT n.jobcentre_id, clock_timestamp(), acting_user, source_of_change, request_of_change,
               TG_TABLE_NAME, n.id::text, TG_OP, to_jsonb(n) - hidden
        FROM after_rows n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit_change
            (jobcentre_id, at, actor, source, request_id, table_name, row_id, action, before)
        SELECT o.jobcentre_id, clock_timestamp(), acting_user, source_of_change, request_of_change,
               TG_TABLE_NAME, o.id::text, TG_OP, CASE WHEN NOT forgetting THEN to_jsonb(o) - hidden END
        FROM before_rows o;
    ELSE
        INSERT INTO audit_change
            (jobcentre_id, at, actor, source, request_id, table_name, row_id, action, before, after)
        SELECT n.jobcentre_id, clock_timestamp(), acting_user, source_of_change, request_of_change,
               TG_TABLE_NAME, n.id::text, TG_OP, CASE WHEN NOT forgetting THEN changed.before END, changed.after
        FROM after_rows n JOIN before_rows o ON o.id = n.id,
             LATERAL (SELECT jsonb_object_agg(key, was.value) AS before, jsonb_object_agg(key, is_now.value) AS after
                      FROM jsonb_each(to_jsonb(o) - hidden) was
                      JOIN jsonb_each(to_jsonb(n) - hidden) is_now USING (key)
                      WHERE was.value IS DISTINCT FROM is_now.value) changed
        WHERE changed.before IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
"""

JOBCENTRE = """
-- The job centre's own row has no job centre beside it: its name and word are written down by a trigger of their own.
CREATE FUNCTION audit_jobcentre() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_change
        (jobcentre_id, at, actor, source, request_id, table_name, row_id, action, before, after)
    VALUES (NEW.id, clock_timestamp(), nullif(current_setting('planner.actor', true), '')::bigint,
            coalesce(current_setting('planner.source', true), ''),
            coalesce(current_setting('planner.request', true), ''), TG_TABLE_NAME, NEW.id::text, TG_OP,
            jsonb_build_object('name', OLD.name, 'word', OLD.word),
            jsonb_build_object('name', NEW.name, 'word', NEW.word));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_update AFTER UPDATE ON accounts_jobcentre FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION audit_jobcentre();
"""

FORGET = """
-- Lines of the log older than the job centre's setting: the one way to delete any, and only what is past its time.
CREATE FUNCTION audit_forget(today timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    centre bigint := nullif(current_setting('planner.jobcentre', true), '')::bigint;
    earliest timestamptz;
    looks bigint;
    changes bigint;
BEGIN
    SELECT least(today, clock_timestamp()) - make_interval(months => log_months) INTO STRICT earliest
        FROM accounts_settings WHERE jobcentre_id = centre AND log_months > 0;
    DELETE FROM audit_access WHERE jobcentre_id = centre AND at < earliest;
    GET DIAGNOSTICS looks = ROW_COUNT;
    DELETE FROM audit_change WHERE jobcentre_id = centre AND at < earliest;
    GET DIAGNOSTICS changes = ROW_COUNT;
    RETURN looks + changes;
END $$;
"""

TRIGGER = """
CREATE TRIGGER audit_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_rows({hidden});
CREATE TRIGGER audit_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_rows({hidden});
CREATE TRIGGER audit_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_rows({hidden});
"""


def audited(table: str, *hidden: str) -> migrations.RunSQL:
    """A migration step: every change of this table is written down, but for the `hidden` columns (encrypted ones)."""
    names = ", ".join(f"'{name}'" for name in hidden)
    return migrations.RunSQL(TRIGGER.format(table=table, hidden=names), migrations.RunSQL.noop)
