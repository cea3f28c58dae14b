"""What a loop needs that Python cannot say: atomics, prefetch, giving up a core, tiny numbers as 0.

With the JIT off (``NUMBA_DISABLE_JIT=1``) the plain functions below stand in; a simulation then
has one worker, which never waits.
"""

import os
import platform
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

_INT = ir.IntType(64)


def _element(context, builder, signature, values):
    """The address of `array[index]` for the first two arguments."""
    array_type, index = signature.args[0], values[1]
    array = context.make_array(array_type)(context, builder, values[0])
    return cgutils.get_item_pointer(context, builder, array_type, array, [index])


@intrinsic
def _load(typingctx, array, index):
    def code(context, builder, signature, values):
        return builder.load_atomic(_element(context, builder, signature, values), "seq_cst", 8)

    return types.int64(array, types.intp), code


@intrinsic
def _store(typingctx, array, index, value):
    def code(context, builder, signature, values):
        pointer = _element(context, builder, signature, values)
        builder.store_atomic(values[2], pointer, "seq_cst", 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.int64), code


@intrinsic
def _fetch_add(typingctx, array, index, value):
    def code(context, builder, signature, values):
        pointer = _element(context, builder, signature, values)
        return builder.atomic_rmw("add", pointer, values[2], "seq_cst")

    return types.int64(array, types.intp, types.int64), code


@intrinsic
def _prefetch(typingctx, array, index):
    def code(context, builder, signature, values):
        pointer = _element(context, builder, signature, values)
        byte = builder.bitcast(pointer, ir.IntType(8).as_pointer())
        i32 = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte.type, i32, i32, i32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(function, [byte, i32(0), i32(3), i32(1)])  # read, keep, data
        return context.get_dummy_value()

    return types.void(array, types.intp), code


def _control_word(builder, name, value):
    """Call stmxcsr or ldmxcsr on a place in memory, which holds `value`; what it holds then."""
    place = cgutils.alloca_once_value(builder, value)
    byte = builder.bitcast(place, ir.IntType(8).as_pointer())
    kind = ir.FunctionType(ir.VoidType(), [byte.type])
    builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [byte])
    return builder.load(place)


@intrinsic
def _float_control(typingctx):
    def code(context, builder, signature, values):
        return _control_word(builder, "llvm.x86.sse.stmxcsr", ir.Constant(ir.IntType(32), 0))

    return types.uint32(), code


@intrinsic
def _set_float_control(typingctx, word):
    def code(context, builder, signature, values):
        _control_word(builder, "llvm.x86.sse.ldmxcsr", values[0])
        return context.get_dummy_value()

    return types.void(types.uint32), code


_usleep = (
    types.ExternalFunction("usleep", types.int32(types.uint32)) if os.name == "posix" else None
)
_sched_yield = types.ExternalFunction("sched_yield", types.int32()) if os.name == "posix" else None


def _plain_load(array, index):
    return array[index]


def _plain_store(array, index, value):
    array[index] = value


def _plain_fetch_add(array, index, value):
    before = array[index]
    array[index] += value
    return before


def _plain_prefetch(array, index):
    pass


def _plain_float_control():
    return np.uint32(0)


def _plain_set_float_control(_word):
    pass


def _plain_yield():
    return 0


def _plain_nap(_microseconds):
    return 0


_PLAIN = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]
load: Any = _plain_load if _PLAIN else _load
store: Any = _plain_store if _PLAIN else _store
fetch_add: Any = _plain_fetch_add if _PLAIN else _fetch_add
prefetch: Any = _plain_prefetch if _PLAIN else _prefetch
#: The processor's treatment of reals, of x86: bits 6 and 15 take numbers too small for full
#: precision for 0. Elsewhere there is none to set.
_X86 = platform.machine() in ("x86_64", "AMD64")
_HERE = _X86 and not _PLAIN
_other_control: Any = _plain_float_control if _PLAIN else numba.njit(_plain_float_control)
_other_set: Any = _plain_set_float_control if _PLAIN else numba.njit(_plain_set_float_control)
float_control: Any = _float_control if _HERE else _other_control
set_float_control: Any = _set_float_control if _HERE else _other_set
nap: Any = _plain_nap if _PLAIN else _usleep or numba.njit(_plain_nap)
give_way: Any = _plain_yield if _PLAIN else _sched_yield or numba.njit(_plain_yield)
