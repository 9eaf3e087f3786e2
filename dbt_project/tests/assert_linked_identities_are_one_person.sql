-- What an order or account links is one person, unless too many share it.
select links.identity, links.linked_identity
from {{ ref('int_identity_links') }} as links
left join {{ ref('int_people') }} as one on one.identity = links.identity
left join {{ ref('int_people') }} as other on other.identity = links.linked_identity
where one.identity is null
    or other.identity is null
    or (not one.is_shared and not other.is_shared and one.customer_key <> other.customer_key)
