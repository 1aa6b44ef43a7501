"""The figures (Plotly): one module a kind, one look for all."""
