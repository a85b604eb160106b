"""The first lab: a small ERP orders API on PostgreSQL, watched by Prometheus and Alertmanager."""
