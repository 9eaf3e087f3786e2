"""Exit codes, and how an error becomes one line and one of them."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any, NoReturn, TypeVar

import typer

Command = TypeVar("Command", bound=Callable[..., Any])


class Exit(IntEnum):
    """What a script may rely on."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3


def plainly(command: Command) -> Command:
    """Wrap a command: errors that a person can act on become one line on stderr, unless --debug is given."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            say_and_leave("interrupted", 130)
        except BrokenPipeError:  # `opsmart sql … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.DONE) from None
        except Exception as error:
            if kwargs.get("debug") or os.environ.get("OPSMART_DEBUG"):
                raise
            say_and_leave(_line(error), code_of(error))

    return wrapped  # type: ignore[return-value]  # the same signature, by functools.wraps


def say_and_leave(text: str, code: int) -> NoReturn:
    """One message on stderr, then exit."""
    sys.stderr.write(f"opsmart: {text}\n")
    raise typer.Exit(code)


def code_of(error: Exception) -> Exit:
    """The exit code that belongs to an error."""
    from ingestion.config_errors import ConfigError
    from orchestration.lib.errors import GateRefused, UsageProblem

    if isinstance(error, (ConfigError, UsageProblem)):
        return Exit.USAGE
    return Exit.REFUSED if isinstance(error, GateRefused) else Exit.FAILED


def _line(error: Exception) -> str:
    """What to print of an error. One that nobody foresaw is named, so that it can be searched for and reported."""
    from ingestion.config_errors import ConfigError
    from ingestion.lock import LockedError
    from ingestion.source import SourceError
    from orchestration.lib.errors import OpsmartError

    if isinstance(error, (ConfigError, LockedError, OpsmartError, SourceError)):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())} (the whole story: --debug)"
