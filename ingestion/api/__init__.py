"""What sources that are web APIs share: the client, tables out of JSON, slices, look-back, reconciliation."""
