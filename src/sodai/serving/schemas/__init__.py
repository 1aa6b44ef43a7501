"""What the routes take and answer, as typed models; the OpenAPI document is made from them."""
