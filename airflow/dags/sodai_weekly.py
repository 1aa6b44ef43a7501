"""The DAG ``sodai_weekly``, one a company: Airflow reads this file, the rest is ``sodai_airflow``."""

from sodai_airflow import airflow_settings, weekly_dag

settings = airflow_settings()
for company in settings.companies:
    dag = weekly_dag(company, settings)
    globals()[dag.dag_id] = dag
