"""The jobs that `opsmart run` and the schedules start; a daily and a weekly schedule, off until switched on."""

import dagster as dg

from orchestration.lib.jobs import build_job, land_job, refresh_job
from orchestration.lib.settings import current_config


@dg.definitions
def jobs() -> dg.Definitions:
    """Everything from the sources to the release, at the configured time of day in the shop's zone."""
    config = current_config()
    refresh = refresh_job()
    daily = dg.ScheduleDefinition(
        name="daily",
        job=refresh,
        cron_schedule=config.schedule.cron,
        execution_timezone=config.schedule_timezone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Once a day. Switch it on in Dagster's web UI under Automation.",
    )
    weekly = dg.ScheduleDefinition(
        name="weekly_reconciliation",
        job=refresh,
        cron_schedule=config.schedule.weekly_cron,
        execution_timezone=config.schedule_timezone,
        run_config={"resources": {"warehouse": {"config": {"reconcile": True}}}},
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="On Sundays: as daily, but with all that sources hold compared with what has landed, which finds"
        " what was deleted and what no cursor shows. Switch it on in Dagster's web UI under Automation.",
    )
    return dg.Definitions(jobs=[refresh, land_job(), build_job()], schedules=[daily, weekly])
