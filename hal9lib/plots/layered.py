"""Links and layers → a picture of who projects where, in the order of the layers."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.graph import Graph, as_graph, labels
from hal9lib.palette import EXCITATORY, MUTED, PAPER, RULE
from hal9lib.plots.drawing import POINT, calm, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def layered_links(
    graph: Any, layers: ArrayLike, *, pixels: int = 200, size_in: tuple[float, float] = (4.4, 4.1)
) -> "Figure":
    """The share of possible links at each place of the matrix, neurons in the order of layers.

    Sources go down, targets to the right, and thin lines part the layers. A network of layers that
    talk to the next one shows blocks just right of the diagonal.

    Parameters
    ----------
    graph : anything `hal9lib.graph.as_graph` takes. layers : (nodes,) layer of each neuron, from 0.
    pixels : at most so many places on a side; larger graphs are folded into them.
    size_in : width and height in inches, at 100 pixels an inch.

    Examples
    --------
    >>> chain = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    >>> layered_links(chain, [0, 1, 2]).axes[0].get_ylabel()
    'source, by layer'
    """
    found = as_graph("layered_links.graph", graph, least_edges=0)
    layer = labels("layered_links.layers", layers, found.nodes)
    pixels = checks.whole("layered_links.pixels", pixels, low=10, high=2_000)
    order = np.argsort(layer, kind="stable")
    side = min(pixels, found.nodes)
    figure = new_figure(size_in)
    axes = figure.subplots()
    share = _folded(found, order, side)
    extent = (0, found.nodes, found.nodes, 0)
    image = axes.imshow(share, cmap=_shades(), vmin=0.0, extent=extent, interpolation="nearest")
    edges = np.cumsum(np.bincount(layer))[:-1]
    for edge in edges[(edges > 0) & (edges < found.nodes)]:
        axes.axhline(edge, color=RULE, linewidth=0.7)
        axes.axvline(edge, color=RULE, linewidth=0.7)
    axes.set(xlabel="target, by layer", ylabel="source, by layer")
    _name_layers(axes, layer)
    calm(axes)
    axes.spines[["top", "right"]].set(visible=True, color=MUTED, linewidth=0.7)
    bar = figure.colorbar(image, ax=axes, shrink=0.6, aspect=16)
    bar.set_label("share of possible links", fontsize=POINT, color=MUTED)
    bar.ax.tick_params(labelsize=POINT, colors=MUTED, width=0.7, length=3)
    bar.outline.set_visible(False)
    return figure


def _folded(graph: Graph, order: NDArray[np.int64], side: int) -> NDArray[np.float64]:
    """(side, side) links divided by the pairs of neurons that fall on each place."""
    place = np.empty(graph.nodes, np.int64)
    place[order] = np.arange(graph.nodes) * side // graph.nodes
    index = place[graph.sources] * side + place[graph.targets]
    counts = np.bincount(index, minlength=side * side).reshape(side, side)
    width = np.bincount(place, minlength=side)
    return counts / np.outer(width, width)


def _name_layers(axes: Any, layer: NDArray[np.int64]) -> None:
    """The layers' numbers in their middles; every so many where they are narrow."""
    sizes = np.bincount(layer)
    middles = np.cumsum(sizes) - sizes / 2.0
    step = max(1, len(sizes) // 12)
    shown = [n for n in range(0, len(sizes), step) if sizes[n]]
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([middles[n] for n in shown], [str(n) for n in shown])


def _shades() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("links", [PAPER, EXCITATORY])
