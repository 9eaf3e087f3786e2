-- models: int_new_customer_coupons mart_marketing_daily
-- Nobody redeems coupons in these files, and no creator is paid.
create table mart_marketing_daily as
with ads as (
    select
        sums.period_type,
        sums.date,
        sum(spent.impressions) as impressions,
        sum(spent.clicks) as clicks,
        sum(spent.claimed_conversions) as claimed_conversions,
        sum(spent.claimed_value) as claimed_value
    from sales_sums as sums
    join fct_ad_spend as spent
        on spent.date >= if(sums.period_type = 'month_to_date', date_trunc('month', sums.date), sums.date)
        and spent.date <= case sums.period_type when 'week' then sums.date + 6 when 'month' then last_day(sums.date) else sums.date end
    where sums.channel = 'all'
    group by all
)

select
    sold.date,
    sold.period_type,
    'main' as shop_id,
    sold.currency,
    sold.is_complete_period,
    sold.ad_spend as spend,
    cast(ads.impressions as bigint) as impressions,
    cast(ads.clicks as bigint) as clicks,
    cast(ads.claimed_conversions as decimal(18, 4)) as claimed_conversions,
    cast(ads.claimed_value as decimal(18, 4)) as claimed_value,
    sold.orders,
    cast(sold.gross_sales - sold.discounts as decimal(18, 4)) as revenue,
    sold.paid_amount,
    sold.new_buyers as new_customers,
    cast(0 as decimal(18, 4)) as creator_fees,
    cast(0 as decimal(18, 4)) as new_customer_coupons,
    sold.ad_spend as acquisition_cost,
    revenue / nullif(spend, 0) as mer,
    spend / nullif(sold.paid_amount, 0) as ad_cost_ratio,
    cast(spend / nullif(new_customers, 0) as decimal(18, 4)) as blended_cac
from mart_sales_daily as sold
left join ads using (period_type, date)
where sold.platform = 'all' and sold.sales_channel = 'all';
