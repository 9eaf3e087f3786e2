{#
  Connected components: a relation with one row per node of `links` (a query with node and neighbour; each link in both
  directions, none to itself) as identity, and component, equal where a path of any length leads from one to the other.

  Links are contracted round by round. Nodes have names in an order that is as good as random, md5 of their name in the
  round before; each node merges into the first of itself and its neighbours, and what links remain between merged nodes
  are the next round's. The last node of a component never stays, so that it gets smaller every round, until no link is
  left; on a path half of the nodes go (a chain of 100,000 takes 17 rounds), so that all rounds together cost about as much
  as the first two.

  In Spark a recursive part has neither windows nor distinct: there the rounds are written out, and the test
  assert_linked_identities_are_one_person says if a component was larger than that many rounds can tell.
#}
{% macro connected(links) %}{{ return(dialect('connected')(links)) }}{% endmacro %}

{% macro merged(links) -%}
    node,
        neighbour,
        least(md5(node), min(md5(neighbour)) over (partition by node)) as node_into,
        least(md5(neighbour), min(md5(node)) over (partition by neighbour)) as neighbour_into
    from {{ links }}
{%- endmacro %}

{% macro duckdb__connected(links) -%}
(
with recursive contracted as (
    select 1 as step, {{ merged('(' ~ links ~ ') as links') }}
    union all
    select step + 1 as step, {{ merged('(select distinct step, node_into as node, neighbour_into as neighbour from contracted where node_into <> neighbour_into) as links') }}
),

merges as (
    select distinct step, node, node_into from contracted
),

{# What becomes of each node: its name after every round that it took part in. #}
followed as (
    select node as identity, step, node_into as component from merges where step = 1
    union all
    select followed.identity, merges.step, merges.node_into
    from followed
    join merges on merges.step = followed.step + 1 and merges.node = followed.component
)

select identity, max_by(component, step) as component from followed group by identity
)
{%- endmacro %}

{% macro spark__connected(links) -%}
{%- set rounds = 40 -%}
(
with
{%- for step in range(1, rounds + 1) %}
contracted_{{ step }} as (
    select {{ merged('(' ~ links ~ ') as links' if step == 1 else
        '(select distinct node_into as node, neighbour_into as neighbour from contracted_' ~ (step - 1) ~ ' where node_into <> neighbour_into) as links') }}
),
{% endfor %}
merges as (
    {%- for step in range(1, rounds + 1) %}
    select distinct {{ step }} as step, node, node_into from contracted_{{ step }}{{ '\n    union all' if not loop.last }}
    {%- endfor %}
),
{% for step in range(1, rounds + 1) %}
followed_{{ step }} as (
    {%- if step == 1 %}
    select node as identity, node_into as component from merges where step = 1
    {%- else %}
    select followed.identity, coalesce(merges.node_into, followed.component) as component
    from followed_{{ step - 1 }} as followed
    left join merges on merges.step = {{ step }} and merges.node = followed.component
    {%- endif %}
){{ ',' if not loop.last }}
{% endfor %}
select identity, component from followed_{{ rounds }}
)
{%- endmacro %}
