{#
  The key of a person, from what is known of an account or an order: the same e-mail address is the same person,
  whether with an account or as a guest and in whichever shop; without one the same phone; else the account stands
  for itself. NULL where nothing is known: such an order stays a buyer of its own, see int_orders_summed.
#}
{% macro customer_key(shop_id, customer_id, email_hash, phone_hash) -%}
    md5(coalesce(
        'email:' || {{ email_hash }},
        'phone:' || {{ phone_hash }},
        'account:' || {{ shop_id }} || ':' || {{ customer_id }}
    ))
{%- endmacro %}
