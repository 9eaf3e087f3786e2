{#
  The channel of a visit by the first rule of the seed `channels` that matches. The rules are written out, so that each
  pattern is prepared once; they are read when the model is made, and a change of the seed makes every table anew.
#}
{% macro channel_of(source, medium, campaign, referrer) %}
    {%- do ref('channels') -%} {# to be made before; a unit test hides it, and means the rules that there are #}
    {%- set rules = adapter.get_relation(target.database, 'canonical', 'channels') if execute else none -%}
    case
    {%- for rule in (run_query(
        "select source, medium, campaign, referrer, channel from " ~ rules ~ " order by priority"
    ).rows if rules is not none else []) %}
        {%- set conditions = [] %}
        {%- for text, pattern in [(source, rule[0]), (medium, rule[1]), (campaign, rule[2]), (referrer, rule[3])] if pattern %}
            {%- do conditions.append(matches(text, pattern)) %}
        {%- endfor %}
        when {{ conditions | join(' and ') or 'true' }} then '{{ rule[4] }}'
    {%- endfor %}
        when false then 'other' {# a case has at least one condition, also before there are rules #}
        else 'other'
    end
{%- endmacro %}

{# What an address says, ready to be compared. #}
{% macro cleaned(text) -%} lower(trim(coalesce({{ text }}, ''))) {%- endmacro %}

{# The host of an address, or of what is no more than a host, without `www.`; NULL for a mere path. #}
{% macro host_of(address) -%}
    nullif(regexp_replace(regexp_extract({{ cleaned(address) }}, '^([a-z][a-z0-9+.-]*:)?(//)?([^/?#:]+)', 3), '^www[.]', ''), '')
{%- endmacro %}
