"""The progress bar of the command line."""

from explorer.core.progress import Progress


class Bar:
    """A progress bar on standard error, fed by reports: used as a context, it is a `Report`."""

    def __enter__(self) -> "Bar":
        from tqdm import tqdm

        form = "{percentage:5.1f}%|{bar}| {elapsed}<{remaining} {postfix}"
        self._bar = tqdm(total=1.0, bar_format=form, mininterval=0.5)
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.close()

    def __call__(self, progress: Progress) -> bool:
        """Draw a report; never stop."""
        self._bar.set_postfix_str(progress.message, refresh=False)
        self._bar.update(progress.fraction - self._bar.n)
        return True
