"""PURE  Names, streets and posts of the demo population. Everybody is invented."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WOMEN = _words(
    """
    Anne Mette Kirsten Hanne Karen Bente Birgit Gitte Pia Susanne Marianne Camilla Ida Freja Louise Maria Line
    Åse Inger Lone Charlotte Sofie Emma Josefine Cecilie Helle Tina Rikke Trine Maja Astrid Bodil Jytte Dorthe
    Karla Ellen
    """
)
MEN = _words(
    """
    Peter Jens Lars Søren Niels Henrik Thomas Ole Erik Kaj Åge Jonas Emil Rasmus Daniel Oliver Mikkel Anders
    Morten Christian Jesper Martin Michael Bjørn Jørgen Claus Torben Frederik Mads Kasper Simon Victor Gustav
    Poul Svend Leif
    """
)
WOMEN_FROM_ABROAD = _words(
    """
    Fatima Nadia Agnieszka Elena Thi Amina Zeynep Layla Oksana Maryam Ewa Hodan Şebnem Noor Iryna
    """
)
MEN_FROM_ABROAD = _words(
    """
    Ahmed Yusuf Ali Hassan Mehmet Omar Piotr Andrei Tran Bilal Ibrahim Dmytro Samir Çağlar Abdi
    """
)
FAMILY = _words(
    """
    Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen
    Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Østergaard Aagaard Jakobsen
    Lund Holm Schmidt Eriksen Kjær Bæk Nygård Vestergaard Ølgaard Åkjær Frandsen Dahl
    """
)
FAMILY_FROM_ABROAD = _words(
    """
    Ali Hassan Yilmaz Nowak Kowalska Nguyen Ahmed Demir Popescu Khan Mohamed Shevchenko Al-Sayed Öztürk Warsame
    """
)
MIDDLE = _words(
    """
    Lund Holm Skov Krogh Toft Bech Bro Dam Juhl Winther Thorsen Østergård Kjær Bjerre Friis Nørgaard
    """
)
STREETS = _words(
    """
    Skovvej Havnegade Nørregade Søndergade Østergade Vestergade Kirkevej Skolegade Strandvejen Bøgevej Ørredvej
    Åboulevarden Kastanjevej Møllevej Engvej Birkevej Lærkevej Fjordvej Æblehaven Torvet
    """
)

COUNSELLORS_OF_FJORDBY = (
    "Winnie Jensen",
    "Louise Ketager",
    "Lotte Berg",
    "Mikkel Dahl",
    "Søren Friis",
    "Åse Holm",
    "Mette Lund",
    "Hassan Yildiz",
    "Birgitte Nørgaard",
    "Jørgen Bach",
    "Signe Ærø",
    "Thomas Vestergaard",
)
CANDIDATES_OF_FJORDBY = (
    "Karen Holst",
    "Anne-Grethe Juul",
    "Bo Thygesen",
    "Carina Østerby",
    "David Lindqvist",
    "Elif Kaya",
    "Frank Bisgaard",
    "Gunhild Aaby",
    "Henning Storm",
    "Ingrid Kjærgaard",
    "Jan Overgaard",
    "Kirsa Ømark",
    "Lis Toftegaard",
    "Mogens Riis",
    "Naja Petersen",
)
COUNSELLORS_OF_SKOVBY = ("Ulla Brandt", "Per Stenberg", "Zahra Rahimi", "Knud Ågesen")
