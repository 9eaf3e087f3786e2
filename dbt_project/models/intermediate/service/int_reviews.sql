{{ config(unique_key='review_key') }}

{{ newest_version('reviews') }}
