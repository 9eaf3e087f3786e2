{{ config(materialized='table') }}

select channel, name, name_zh, is_paid, position from {{ ref('channel_names') }}
