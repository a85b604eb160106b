"""Alerts, in: a webhook. Out: incidents as their journal tells them."""
