"""Where the files of a model version are: in the home's own store, or in a copy of what a server holds."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sodai.settings import HomeError, ServiceError
from sodai.tracking.packaging import folder_digest, unpackaged
from sodai.tracking.store import Store
from sodai.tracking.version import ModelVersion


@dataclass(frozen=True)
class Copies:
    """The model folders of a home. Versions never change, so a copy is good for ever."""

    store: Store

    def folder_of(self, version: ModelVersion) -> Path:
        """Return the folder that `sodai.learning.Model.save` wrote, fetched if it is not here."""
        if self.store.local:
            return unpackaged(self.store.artifacts / "models" / version.model_id / "artifacts")
        copy = self._place(version)
        if not copy.is_dir():
            with TemporaryDirectory() as scratch:
                artifacts = self.store.ask("fetching a model", lambda _: self._downloaded(version, scratch))
                self.keep(version, unpackaged(artifacts))
        return copy

    def keep(self, version: ModelVersion, folder: Path) -> None:
        """Copy ``folder``, whose files are those of ``version``, unless the home's store has them anyway."""
        target = self._place(version)
        if self.store.local or target.is_dir():
            return
        temporary = target.with_name(f".{secrets.token_hex(6)}.tmp-{target.name}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(folder, temporary)
            if folder_digest(temporary) != version.digest:
                raise ServiceError(
                    f"the files of {version.uri} are not the ones that were registered",
                    hint="They were changed there, or the transfer broke: run again, or promote another.",
                )
            temporary.rename(target)
        except OSError as error:
            raise HomeError(
                f"cannot keep a copy of {version.uri} in {target.parent}: {error.strerror or error}",
                hint="Free some space, then run again.",
            ) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _place(self, version: ModelVersion) -> Path:
        return self.store.home / "models" / f"{version.version}-{version.digest[:12]}"

    def _downloaded(self, version: ModelVersion, scratch: str) -> Path:
        from mlflow.artifacts import download_artifacts

        location = self.store.client.get_logged_model(version.model_id).artifact_location
        return Path(download_artifacts(artifact_uri=location, dst_path=scratch, tracking_uri=self.store.uri))
