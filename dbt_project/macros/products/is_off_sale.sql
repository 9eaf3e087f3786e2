{# A status that says that an article is not on sale, in the words of shops and marketplaces. #}
{% macro is_off_sale(status) -%}
    coalesce(lower(trim({{ status }})) in (
        'archived', 'draft', 'inactive', 'disabled', 'delisted', 'discontinued', 'deleted', 'hidden', 'offline', 'suspended',
        'unlisted', 'unpublished', '下架', '已下架', '停售', '仓库中', '已删除'
    ), false)
{%- endmacro %}
