"""Exponential, logarithm and inverse distributions, as plain functions that `assembly` compiles.

A library's exp is a call for each neuron, and another library's differs in the last bit. These
are arithmetic without branches, which the compiler turns into vector instructions; it merges no
product with a sum, so they give the same bits with the JIT off. In a generated module `exp` and
`log` are those of its precision. The polynomials are minimax fits (Remez's exchange) of the
remainders named beside them; `normal_quantile` is Wichura 1988 (algorithm AS 241,
doi:10.2307/2347330). What works in float64 keeps
its literals, whatever ``real`` is in the module that it is part of.
"""

import numpy as np


def exp32(x):
    """e to the power of x in float32: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2]."""
    x = np.float32(x)
    low = np.float32(-104.0) if x < -104.0 else x
    inside = np.float32(88.72283) if low > 88.72283 else low
    # Adding 1.5 * 2^23 rounds to a whole number and leaves it in the lowest bits.
    shifted = np.float32(inside * 1.4426950408889634 + 12582912.0)
    whole = shifted - 12582912.0
    r = (inside - whole * 0.693115234375) - whole * 3.194618329871446e-05
    # (exp(r) - 1 - r) / r^2
    q = 0.008368953131139278 + r * 0.0013950603315606713
    q = 0.5 + r * (0.166665181517601 + r * (0.04166620597243309 + r * q))
    power = np.int32(shifted.view(np.int32) - np.int32(0x4B400000))
    # In two factors, because 2^128 and what lies below 2^-126 are no normal numbers.
    half = np.int32(power >> np.int32(1))
    rest = np.int32(power - half)
    first = np.int32((half + np.int32(127)) << np.int32(23)).view(np.float32)
    second = np.int32((rest + np.int32(127)) << np.int32(23)).view(np.float32)
    y = (1.0 + (r + r * r * q)) * first * second
    return np.float32(np.inf) if x > 88.72283 else y


def exp64(x):
    """e to the power of x in float64; see `exp32`."""
    x = np.float64(x)
    low = np.float64(-746.0) if x < -746.0 else x
    inside = np.float64(709.782712893384) if low > 709.782712893384 else low
    shifted = np.float64(inside * 1.4426950408889634 + 6755399441055744.0)
    whole = shifted - 6755399441055744.0
    r = (inside - whole * 0.6931471805598903) - whole * 5.497923018708371e-14
    q = 2.7631413764627014e-07 + r * 2.511798098127451e-08
    q = 2.4801489590691812e-05 + r * (2.7557215925045976e-06 + r * q)
    q = 0.0013888888947331042 + r * (0.00019841269917801008 + r * q)
    q = 0.04166666666651432 + r * (0.008333333333307014 + r * q)
    q = 0.5000000000000013 + r * (0.166666666666667 + r * q)
    power = np.int64(shifted.view(np.int64) - np.int64(0x4338000000000000))
    half = np.int64(power >> np.int64(1))
    rest = np.int64(power - half)
    first = np.int64((half + np.int64(1023)) << np.int64(52)).view(np.float64)
    second = np.int64((rest + np.int64(1023)) << np.int64(52)).view(np.float64)
    y = (1.0 + (r + r * r * q)) * first * second
    return np.float64(np.inf) if x > 709.782712893384 else y


def log32(x):
    """The natural logarithm in float32: x = 2^n m, and log m by s = (m - 1) / (m + 1)."""
    x = np.float32(x)
    least = np.float32(1.1754943508222875e-38)
    positive = x if x > 0.0 else np.float32(1.0)
    finite = positive if positive < np.inf else np.float32(1.0)
    normal = np.float32(finite * 33554432.0 if finite < least else finite)
    bits = normal.view(np.int32)
    # m from sqrt(1/2) to sqrt(2), whose bits begin where those of sqrt(1/2) do.
    power = np.int32((bits - np.int32(0x3F3504F3)) >> np.int32(23))
    f = np.int32(bits - np.int32(power << np.int32(23))).view(np.float32) - 1.0
    n = np.float32(power) - (np.float32(25.0) if finite < least else np.float32(0.0))
    s = f / (2.0 + f)
    z = s * s
    # (log(1 + f) - 2 s) / s^3
    t = z * (0.6666677594184875 + z * (0.3997744917869568 + z * 0.29874420166015625))
    half_square = 0.5 * f * f
    y = n * 0.693115234375 + (
        f - (half_square - (s * (half_square + t) + n * 3.194618329871446e-05))
    )
    below = np.float32(-np.inf) if x == 0.0 else np.float32(np.nan)
    infinite = x if x > 0.0 else below
    return y if finite == x else infinite


def log64(x):
    """The natural logarithm in float64; see `log32`."""
    x = np.float64(x)
    least = np.float64(2.2250738585072014e-308)
    positive = x if x > 0.0 else np.float64(1.0)
    finite = positive if positive < np.inf else np.float64(1.0)
    normal = np.float64(finite * 18014398509481984.0 if finite < least else finite)
    bits = normal.view(np.int64)
    power = np.int64((bits - np.int64(0x3FE6A09E667F3BCD)) >> np.int64(52))
    f = np.int64(bits - np.int64(power << np.int64(52))).view(np.float64) - 1.0
    n = np.float64(power) - (np.float64(54.0) if finite < least else np.float64(0.0))
    s = f / (2.0 + f)
    z = s * s
    t = 0.15313755732795103 + z * 0.14799066274887113
    t = 0.2857142874414191 + z * (0.2222219837843758 + z * (0.18183575166993723 + z * t))
    t = z * (0.6666666666666735 + z * (0.3999999999940749 + z * t))
    half_square = 0.5 * f * f
    y = n * 0.6931471805598903 + (
        f - (half_square - (s * (half_square + t) + n * 5.497923018708371e-14))
    )
    below = np.float64(-np.inf) if x == 0.0 else np.float64(np.nan)
    infinite = x if x > 0.0 else below
    return y if finite == x else infinite


def _central64(r):
    """AS 241's rational approximation between the probabilities 0.075 and 0.925."""
    a = 6.7265770927008700853e4 + r * (3.3430575583588128105e4 + r * 2.5090809287301226727e3)
    a = 1.3731693765509461125e4 + r * (4.5921953931549871457e4 + r * a)
    a = 1.3314166789178437745e2 + r * (1.9715909503065514427e3 + r * a)
    a = 3.3871328727963666080e0 + r * a
    b = 3.9307895800092710610e4 + r * (2.8729085735721942674e4 + r * 5.2264952788528545610e3)
    b = 5.3941960214247511077e3 + r * (2.1213794301586595867e4 + r * b)
    b = 4.2313330701600911252e1 + r * (6.8718700749205790830e2 + r * b)
    return a / (1.0 + r * b)


def _tail64(r):
    """AS 241's rational approximation beyond, for r = sqrt(-log(probability)) - 1.6."""
    c = 2.41780725177450611770e-1 + r * (2.27238449892691845833e-2 + r * 7.74545014278341407640e-4)
    c = 3.64784832476320460504e0 + r * (1.27045825245236838258e0 + r * c)
    c = 4.63033784615654529590e0 + r * (5.76949722146069140550e0 + r * c)
    c = 1.42343711074968357734e0 + r * c
    d = 1.51986665636164571966e-2 + r * (5.47593808499534494600e-4 + r * 1.05075007164441684324e-9)
    d = 6.89767334985100004550e-1 + r * (1.48103976427480074590e-1 + r * d)
    d = 2.05319162663775882187e0 + r * (1.67638483018380384940e0 + r * d)
    return c / (1.0 + r * d)


def normal_quantile(u):
    """The standard normal value below which the probability u lies, 0 < u < 1, in float64."""
    q = u - 0.5
    nearer = u if q < 0.0 else 1.0 - u
    central = q * _central64(0.180625 - q * q)
    tail = _tail64(np.sqrt(-log64(nearer)) - 1.6)
    outer = -tail if q < 0.0 else tail
    return central if abs(q) <= 0.425 else outer


def quantile(kind, a, b, low, high, below, between, word):
    """A distribution's value for one uint32 word; the rest is `Distribution.numbers`.

    The word's place among all words is that of the value between the bounds' probabilities.
    """
    u = (np.float64(word) + 0.5) * 2.3283064365386963e-10
    u = below + between * u
    if kind == 0:
        value = a + (b - a) * u
    elif kind == 1:
        value = a + b * normal_quantile(u)
    elif kind == 2:  # of a negative scale the values are those of the positive one, mirrored
        value = a * exp64((b if a > 0.0 else -b) * normal_quantile(u))
    else:
        value = -a * log64(1.0 - u if a > 0.0 else u)
    value = low if value < low else value
    return high if value > high else value
