"""What is measured of a run while it learns: the names of its curves that pages ask for."""

KNOWN, STRANGERS, SPEED = "validation/accuracy", "watch/rejected", "clouds_per_second"
EXPLAINED, LIKENESS = "validation/r2", "validation/likeness"
FOUND, FOUND_IN_FIVE = "validation/recall_1", "validation/recall_5"
HIDDEN = "validation/reconstruction"
BOXES, BOXES_EXACT = "validation/map25", "validation/map50"
SEEN, DISTANCE = "validation/ap50", "validation/depth_error"
COPIED = "validation/r2/"  # and the name of the teacher
BOXES_FOUND = "validation/recall25"
CLASSES, POINTS = "validation/miou", "validation/points_right"
PARTS, PARTS_BY_KIND = "validation/instance_miou", "validation/category_miou"
