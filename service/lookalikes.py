"""Words that one letter too many, too few or misplaced turns into another word: between them there are no misprints.

Pairs of general English of seven letters or more that agree in their first and last two letters. Quotes are compared
with these in mind (service/cite.py); knows nothing of documents.
"""

PAIRS = """
addiction/addition aluminium/aluminum anderson/andersson archaeological/archeological armored/armoured
batting/battling bernard/bernhard braking/breaking cameron/cameroon canceled/cancelled carleton/carlton
centered/centred chaplain/chaplin cleaning/cleansing colored/coloured colorful/colourful compete/complete
competed/completed competes/completes competing/completing compiled/complied complaint/compliant contact/contract
contacted/contracted contacts/contracts continent/contingent countess/countless counties/countries created/cremated
deceased/decreased deleted/depleted deprivation/derivation deprived/derived dragons/dragoons emanuel/emmanuel
ensuing/ensuring exciting/exiting existing/exiting favorable/favourable favored/favoured favorite/favourite
favorites/favourites fleeing/fleeting francais/francis francis/francois freeing/freezing gardener/gardner
gardiner/gardner growing/growling handing/handling hannover/hanover hardness/harness heritage/hermitage
honorable/honourable honored/honoured indicated/indicted induced/inducted johnson/johnston judgement/judgment
labeled/labelled laborers/labourers leaning/learning lighting/lightning madeleine/madeline marital/martial
mathews/matthews mathias/matthias medalist/medallist mediation/medication mediation/meditation michele/michelle
modeled/modelled modeling/modelling mohamed/mohammed monterey/monterrey morality/mortality morally/mortally
morning/mourning neighborhood/neighbourhood neighborhoods/neighbourhoods neighboring/neighbouring neighbors/neighbours
nicholas/nicolas nicholls/nichols ordinance/ordnance painting/panting patents/patients paterson/patterson
philips/phillips reigned/resigned reigning/resigning remainder/reminder resides/residues revered/reversed
revered/reverted rotating/rotting sanders/saunders scraped/scrapped setting/settling shepard/sheppard sighing/sighting
signaling/signalling signing/singing sparked/sparkled spitting/splitting stained/strained staring/starring
staring/starting staring/starving started/startled starting/startling starting/stating statues/statutes
steamed/streamed steaming/streaming striped/stripped suriname/surname thompson/thomson thorough/through
tracing/tracking transit/translit transit/transmit traveled/travelled traveler/traveller travelers/travellers
traveling/travelling unarmed/unharmed weighed/weighted writhing/writing
"""
LOOKALIKES = frozenset(frozenset(pair.split("/")) for pair in PAIRS.split())
