"""The web page (Gradio and Plotly): a client of the HTTP API alone, in Spanish and English."""
