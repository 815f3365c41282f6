"""Finding things in pictures: torchvision's parts of Faster R-CNN, with a depth for every box.

Importing this imports torchvision, which takes a second: ask for it only where a net is built.
"""

from engine.nets.classroom.ops import torchvision_ready

torchvision_ready()
