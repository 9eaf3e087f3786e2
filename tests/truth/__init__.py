"""The truth ledger: what every mart should say of the simulated shops, computed in Python from the simulator's state.

It imports nothing from `dbt_project` and shares no SQL with it: definitions are read from people's words (the metrics'
glossary and the marts' ymls), figures from the arrays of `ingestion.demo.shop`. `marts/` has one module per mart; to
add a mart, add its module. Money is in whole ten-thousandths of the currency, as exact as the marts' decimals.
"""
