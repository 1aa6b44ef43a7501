"""The weekly flow of SodAI on Airflow 3: the 13 tasks of ``sodai run``, each a command of SodAI's own."""

from sodai_airflow.flow import weekly_dag
from sodai_airflow.settings import AirflowSettings, Company, airflow_settings

__all__ = ["AirflowSettings", "Company", "airflow_settings", "weekly_dag"]
