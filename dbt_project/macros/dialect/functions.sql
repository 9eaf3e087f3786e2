{# What DuckDB and Spark say differently, each in one place. #}

{# The shop's local time of a UTC instant, as a timestamp without a zone. #}
{% macro local_timestamp(instant, timezone) %}{{ return(dialect('local_timestamp')(instant, timezone)) }}{% endmacro %}
{% macro duckdb__local_timestamp(instant, timezone) -%}timezone({{ timezone }}, timezone('UTC', {{ instant }})){%- endmacro %}
{% macro spark__local_timestamp(instant, timezone) -%}from_utc_timestamp({{ instant }}, {{ timezone }}){%- endmacro %}

{# The shop's local calendar date of a UTC instant. #}
{% macro local_date(instant, timezone) -%}cast({{ local_timestamp(instant, timezone) }} as date){%- endmacro %}

{# Whole days from one date to another. #}
{% macro days_between(first, last) %}{{ return(dialect('days_between')(first, last)) }}{% endmacro %}
{% macro duckdb__days_between(first, last) -%}datediff('day', {{ first }}, {{ last }}){%- endmacro %}
{% macro spark__days_between(first, last) -%}datediff({{ last }}, {{ first }}){%- endmacro %}

{# Calendar months from one first-of-month to another. #}
{% macro months_between(first, last) %}{{ return(dialect('months_between')(first, last)) }}{% endmacro %}
{% macro duckdb__months_between(first, last) -%}datediff('month', {{ first }}, {{ last }}){%- endmacro %}
{% macro spark__months_between(first, last) -%}cast(months_between({{ last }}, {{ first }}) as int){%- endmacro %}

{# A relation with one column `date_day`, every date from first to last. #}
{% macro date_spine(first, last) %}{{ return(dialect('date_spine')(first, last)) }}{% endmacro %}
{% macro duckdb__date_spine(first, last) -%}
    (select cast(generate_series as date) as date_day from generate_series({{ first }}, {{ last }}, interval '1' day))
{%- endmacro %}
{% macro spark__date_spine(first, last) -%}
    (select explode(sequence({{ first }}, {{ last }}, interval 1 day)) as date_day)
{%- endmacro %}

{# Day of the week: Monday is 1, Sunday 7. #}
{% macro iso_weekday(day) %}{{ return(dialect('iso_weekday')(day)) }}{% endmacro %}
{% macro duckdb__iso_weekday(day) -%}cast(isodow({{ day }}) as integer){%- endmacro %}
{% macro spark__iso_weekday(day) -%}cast(weekday({{ day }}) + 1 as integer){%- endmacro %}

{# Microseconds since 1970 of a timestamp. #}
{% macro epoch_microseconds(instant) %}{{ return(dialect('epoch_microseconds')(instant)) }}{% endmacro %}
{% macro duckdb__epoch_microseconds(instant) -%}epoch_us({{ instant }}){%- endmacro %}
{% macro spark__epoch_microseconds(instant) -%}unix_micros({{ instant }}){%- endmacro %}

{# One row for each date from first to last, in a select's list. #}
{% macro each_day(first, last) %}{{ return(dialect('each_day')(first, last)) }}{% endmacro %}
{% macro duckdb__each_day(first, last) -%}
    cast(unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1' day)) as date)
{%- endmacro %}
{% macro spark__each_day(first, last) -%}
    explode(sequence(cast({{ first }} as date), cast({{ last }} as date), interval 1 day))
{%- endmacro %}

{# The newest value that is not NULL, over a window. #}
{% macro last_known(value, over) %}{{ return(dialect('last_known')(value, over)) }}{% endmacro %}
{% macro duckdb__last_known(value, over) -%}last_value({{ value }} ignore nulls) over ({{ over }}){%- endmacro %}
{% macro spark__last_known(value, over) -%}last({{ value }}, true) over ({{ over }}){%- endmacro %}

{# Does a regular expression match some of the text? #}
{% macro matches(text, pattern) %}{{ return(dialect('matches')(text, pattern | replace("'", "''"))) }}{% endmacro %}
{% macro duckdb__matches(text, pattern) -%}regexp_matches({{ text }}, '{{ pattern }}'){%- endmacro %}
{% macro spark__matches(text, pattern) -%}regexp_like({{ text }}, '{{ pattern | replace('\\', '\\\\') }}'){%- endmacro %}

{# A text with one space where it has several, and none at its ends. #}
{% macro squeezed(text) %}{{ return(dialect('squeezed')(text)) }}{% endmacro %}
{% macro duckdb__squeezed(text) -%}trim(regexp_replace({{ text }}, '\s+', ' ', 'g')){%- endmacro %}
{% macro spark__squeezed(text) -%}trim(regexp_replace({{ text }}, '\\s+', ' ')){%- endmacro %}
