"""The routes, one file a resource."""

from fastapi import APIRouter

from sodai.serving.routes import customers, events, market, models, predict, products, runs, score

ROUTERS: tuple[APIRouter, ...] = (
    customers.router,
    products.router,
    predict.router,
    score.router,
    market.router,
    models.router,
    runs.router,
    events.router,
)
