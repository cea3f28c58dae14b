"""Every error HAL9 raises on purpose: what, which value, what is allowed, what to do.

Each is also the builtin a caller would expect, so ``except ValueError`` keeps working.
"""


class Hal9Error(Exception):
    """The root of all of them."""

    def __str__(self) -> str:
        # KeyError shows the repr of its message; a sentence should read as one.
        return str(self.args[0]) if self.args else self.__class__.__name__


class ParameterError(Hal9Error, ValueError):
    """A parameter has a value that is not allowed."""


class UnknownNameError(Hal9Error, AttributeError, LookupError):
    """A name that no member of a family carries."""


class SettingsError(Hal9Error, ValueError):
    """An environment variable or a command's option that cannot be used."""


class StoreError(Hal9Error, RuntimeError):
    """A store cannot do what it was asked."""


class RunNotFoundError(StoreError, KeyError):
    """No run of this key, or none that this user may see: the two are not told apart."""


class RunConflictError(StoreError, ValueError):
    """A run of this key is kept already, and its spikes are others."""


class StoreAccessError(StoreError, PermissionError):
    """The store knows who asks and does not allow it."""


class StoreUnavailableError(StoreError, ConnectionError):
    """The store, or the service in front of it, does not answer."""


class SimulationError(Hal9Error, RuntimeError):
    """A simulation cannot be built or carried on."""


class CheckpointError(Hal9Error, ValueError):
    """A checkpoint cannot be written or read, or is of another simulation."""


class PlatformError(Hal9Error, RuntimeError):
    """HAL9 on this machine cannot be installed, started or looked after."""
