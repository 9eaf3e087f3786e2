-- models: mart_cohort_retention_weekly
create table mart_cohort_retention_weekly as
select * rename (cohort as cohort_week, activity as activity_week, active as active_customers, orders_then as orders)
from cohorts('week');
