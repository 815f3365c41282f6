"""The guided demo: four steps over the real pages, each of which a person does, or has done for them."""
