{#
  Connected components: a relation with one row per node of `links` (a query with node and neighbour: each link in both
  directions, none to itself) and component, equal for two nodes where a path of any length leads from one to the other.

  Links are contracted round by round. Nodes have names whose order is as good as random: md5 of something, and md5 of
  that in the next round. Each node merges into the first of itself and its neighbours, and what links remain between
  merged nodes are the next round's. The last node of a component never stays, so that it gets smaller every round,
  until no link is left; on a path half of the nodes go. Most people are through with the first round, which is why it
  stands by itself; a chain of 100,000 takes 17.

  In Spark a recursive part has neither windows nor distinct: there the rounds are written out, and the test
  assert_linked_identities_are_one_person says if a component was larger than that many rounds can tell.
#}
{% macro connected(links) %}{{ return(dialect('connected')(links)) }}{% endmacro %}
{% macro duckdb__connected(links) -%}{{ components(links, 'with recursive', recursive_rounds()) }}{%- endmacro %}
{% macro spark__connected(links) -%}{{ components(links, 'with', written_rounds(40)) }}{%- endmacro %}

{% macro components(links, with, rounds) -%}
(
{{ with }} given as (
    {{ links }}
),

first_merges as (
    select node, least(node, min(neighbour)) as node_into from given group by node
),

left_over as (
    select distinct one.node_into as node, other.node_into as neighbour
    from given
    join first_merges as one on one.node = given.node
    join first_merges as other on other.node = given.neighbour
    where one.node_into <> other.node_into
),

{{ rounds }},

{# What becomes of a node that has links left after the first round. #}
further as (
    select node, component from followed
    qualify row_number() over (partition by node order by step desc) = 1
)

select first_merges.node, coalesce(further.component, first_merges.node_into) as component
from first_merges
left join further on further.node = first_merges.node_into
)
{%- endmacro %}

{# Each link with what its two ends merge into. #}
{% macro merged(links, step) -%}
    {{ step }} as step,
        node,
        neighbour,
        least(md5(node), min(md5(neighbour)) over (partition by node)) as node_into,
        least(md5(neighbour), min(md5(node)) over (partition by neighbour)) as neighbour_into
    from {{ links }}
{%- endmacro %}

{% macro recursive_rounds() -%}
contracted as (
    select {{ merged('left_over', '1') }}
    union all
    select {{ merged('(select distinct step, node_into as node, neighbour_into as neighbour from contracted where node_into <> neighbour_into) as links', 'step + 1') }}
),

merges as (
    select distinct step, node, node_into from contracted
),

followed as (
    select node, step, node_into as component from merges where step = 1
    union all
    select followed.node, merges.step, merges.node_into
    from followed
    join merges on merges.step = followed.step + 1 and merges.node = followed.component
)
{%- endmacro %}

{% macro written_rounds(rounds) -%}
{%- for step in range(1, rounds + 1) %}
{%- set before = 'contracted_' ~ (step - 1) %}
contracted_{{ step }} as (
    select {{ merged('left_over' if step == 1 else
        '(select distinct node_into as node, neighbour_into as neighbour from ' ~ before ~ ' where node_into <> neighbour_into) as links', step) }}
),
{% endfor %}
merges as (
    {%- for step in range(1, rounds + 1) %}
    select distinct step, node, node_into from contracted_{{ step }}{{ '\n    union all' if not loop.last }}
    {%- endfor %}
),
{% for step in range(1, rounds + 1) %}
followed_{{ step }} as (
    {%- if step == 1 %}
    select node, node_into as component from merges where step = 1
    {%- else %}
    select before.node, coalesce(merges.node_into, before.component) as component
    from followed_{{ step - 1 }} as before
    left join merges on merges.step = {{ step }} and merges.node = before.component
    {%- endif %}
),
{% endfor %}
followed as (
    select node, {{ rounds }} as step, component from followed_{{ rounds }}
)
{%- endmacro %}
