{#
  An identity is what orders and accounts may have in common: an account, a hashed e-mail address, a hashed phone number.
  Addresses and phone numbers are written with the shop's identity space, so that those of a marketplace that masks its
  buyers are never the same as anybody's elsewhere. NULL where the order or account does not have it.
#}
{% macro account_identity(shop_id, customer_id) -%}'account:' || {{ shop_id }} || ':' || {{ customer_id }}{%- endmacro %}
{% macro email_identity(email_hash, space) -%}'email:' || coalesce({{ space }}, '') || {{ email_hash }}{%- endmacro %}
{% macro phone_identity(phone_hash, space) -%}'phone:' || coalesce({{ space }}, '') || {{ phone_hash }}{%- endmacro %}

{# The key of the person that an identity stands for by itself: one that is linked to no other. #}
{% macro lone_key(identity) -%}md5({{ identity }}){%- endmacro %}

{#
  The key of the person behind an order, from its identities and what int_people says of each (NULL where it is linked to
  no other). All of an order's identities lead to one person, but for those that too many share and those of test orders,
  which link nobody: then the account speaks, then the e-mail address, then the phone, and one that is shared by too many
  only where there is nothing else.
#}
{% macro person_key(account, email, phone) -%}
    coalesce(
        {%- for one in [account, email, phone] %}
        case when not coalesce({{ one[1] }}.is_shared, false) then coalesce({{ one[1] }}.customer_key, {{ lone_key(one[0]) }}) end,
        {%- endfor %}
        {{ lone_key(email[0]) }},
        {{ lone_key(phone[0]) }},
        {{ lone_key(account[0]) }}
    )
{%- endmacro %}

{# What is written before the e-mail addresses and phone numbers of a shop of the configuration. #}
{% macro identity_space(shop) -%}
    {%- set scope = shop.identity_scope | default('all') -%}
    {{- return('' if scope == 'all' else scope ~ ':' ~ (shop.platform if scope == 'platform' else shop.shop_id) ~ ':') -}}
{%- endmacro %}
