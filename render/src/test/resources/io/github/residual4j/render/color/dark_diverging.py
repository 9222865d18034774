"""Colours from light blue over nearly black to light orange, for values with a sign on a dark ground.

In CIELAB's polar form (D65) lightness rises evenly from 13 in the middle to 89 at either end; chroma is the largest
that sRGB has for the lightness and the hue, but no more than an arc that begins and ends low. Prints 11 colours evenly
spaced, from low to high.
"""

import numpy as np

WHITE = np.array([0.95047, 1, 1.08883])
TO_RGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


def rgb(lightness, chroma, hue):
    fy = (lightness + 16) / 116
    f = np.array([fy + chroma * np.cos(np.radians(hue)) / 500, fy, fy - chroma * np.sin(np.radians(hue)) / 200])
    linear = TO_RGB @ (WHITE * np.where(f > 6 / 29, f**3, (f - 16 / 116) / 7.787))
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.abs(linear) ** (1 / 2.4) * np.sign(linear) - 0.055)


def side(from_hue, to_hue, arc, end):
    """Six colours from the middle outwards."""
    colors = []
    for t in np.linspace(0, 1, 6):
        lightness, hue = 13 + 76 * t, from_hue + (to_hue - from_hue) * t
        chroma = 4 * arc * t * (1 - t) + end * t * t
        while not np.all((rgb(lightness, chroma, hue) >= 0) & (rgb(lightness, chroma, hue) <= 1)):
            chroma -= 0.25
        colors.append("".join("%02x" % round(255 * c) for c in rgb(lightness, chroma, hue)))
    return colors


def points():
    below, above = side(275, 240, 50, 22), side(38, 76, 56, 32)
    return below[::-1] + above[1:]


if __name__ == "__main__":
    print("".join(points()))
