{{ config(unique_key='shop_score_key') }}

{{ newest_version('shop_scores') }}
