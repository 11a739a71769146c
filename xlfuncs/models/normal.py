"""The Mills ratio of the normal distribution, to full relative precision far into the tail.

R(z) = (1 - N(z)) / n(z), N the distribution and n its density. An option out of the money is
worth n(z) (R(z) - R(z + s)) of the lesser of its two sides, so what counts are R, the slope of
R and the drop of R over a width, each without a subtraction that loses digits.
"""

from math import erfc, exp, pi, sqrt

SQRT_HALF = sqrt(0.5)
SQRT_TWO_PI = sqrt(2.0 * pi)
SQRT_HALF_PI = sqrt(0.5 * pi)

TAIL = 2.0  # from here on the slope has a fraction of its own; before it erfc will do
NARROW = 0.05  # a drop over less than this is a series; over more it is a difference

# In v = 1/z the slope 1 - z R(z) is v² (1 + …)/(1 + …) from z = 2 on, fitted at 50 digits to
# 5e-17 of itself. No coefficient is negative: nothing cancels.
TAIL_OVER = (
    1.0, 16.62810815061245, 158.26769906153922, 995.8797004006071, 4456.2949242379955,
    14301.29984021992, 32082.390452109095, 46185.28547656214, 33150.64314152492,
)  # fmt: skip
TAIL_UNDER = (
    1.0, 16.62810815061262, 161.26769906145526, 1045.7640248688963, 4925.09801973715,
    17189.17039722815, 44543.66471773646, 83812.41218277015, 108890.6460279313,
    87732.91737675943, 33150.747411873854,
)  # fmt: skip
A0, A1, A2, A3, A4, A5, A6, A7, A8 = TAIL_OVER
B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10 = TAIL_UNDER


def density(z: float) -> float:
    """The density of the standard normal distribution."""
    return exp(-0.5 * z * z) / SQRT_TWO_PI


def mills_ratio(z: float) -> float:
    """The tail beyond z over the density at z; z not far below zero."""
    if z < TAIL:
        return SQRT_HALF_PI * exp(0.5 * z * z) * erfc(z * SQRT_HALF)
    return (1.0 - mills_slope(z)) / z


def mills_slope(z: float) -> float:
    """How steeply the Mills ratio falls at z, a positive number: 1 - z R(z)."""
    if z < TAIL:
        return 1.0 - z * mills_ratio(z)
    v = 1.0 / z
    over = A4 + v * (A5 + v * (A6 + v * (A7 + v * A8)))
    over = A0 + v * (A1 + v * (A2 + v * (A3 + v * over)))
    under = B5 + v * (B6 + v * (B7 + v * (B8 + v * (B9 + v * B10))))
    under = B0 + v * (B1 + v * (B2 + v * (B3 + v * (B4 + v * under))))
    return v * v * over / under


def mills_drop(z: float, width: float) -> float:
    """By how much the Mills ratio falls from z to z + width.

    A narrow one is Taylor's series about the middle, whose even terms drop out. With M(k) the
    k-th derivative over k!, without its sign, M(k) = (M(k-2) - z M(k-1)) / k.
    """
    if width >= NARROW:
        return mills_ratio(z) - mills_ratio(z + width)
    half = 0.5 * width
    middle = z + half
    m1 = mills_slope(middle)
    m0 = mills_ratio(middle) if middle < TAIL else (1.0 - m1) / middle
    m2 = (m0 - middle * m1) / 2.0
    m3 = (m1 - middle * m2) / 3.0
    m4 = (m2 - middle * m3) / 4.0
    m5 = (m3 - middle * m4) / 5.0
    m6 = (m4 - middle * m5) / 6.0
    m7 = (m5 - middle * m6) / 7.0
    square = half * half
    return width * (m1 + square * (m3 + square * (m5 + square * m7)))
