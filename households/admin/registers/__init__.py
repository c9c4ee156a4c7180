"""惠民待遇与就业: the lists and forms of what people and households hold."""
