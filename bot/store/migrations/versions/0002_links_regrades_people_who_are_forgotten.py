"""Links, regrades, people who are forgotten, proposals."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('links',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_person', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_person', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['from_person'], ['people.id'], name=op.f('fk_links_from_person')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_links_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_links_identity_id')),
    sa.ForeignKeyConstraint(['to_person'], ['people.id'], name=op.f('fk_links_to_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_links'))
    )
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_links_identity_id'), ['identity_id'], unique=False)

    op.create_table('proposals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_proposals_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_proposals_identity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposals_hall_id'), ['hall_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposals_identity_id'), ['identity_id'], unique=False)

    op.create_table('regrades',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('turn_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('handled', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_regrades_hall_id')),
    sa.ForeignKeyConstraint(['turn_id'], ['turns.id'], name=op.f('fk_regrades_turn_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrades'))
    )
    with op.batch_alter_table('regrades', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regrades_turn_id'), ['turn_id'], unique=False)

    op.create_table('marks',
    sa.Column('regrade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_marks_answer_id')),
    sa.ForeignKeyConstraint(['regrade_id'], ['regrades.id'], name=op.f('fk_marks_regrade_id')),
    sa.PrimaryKeyConstraint('regrade_id', 'answer_id', name=op.f('pk_marks'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hides', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('put_off', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('forgotten_at', sa.BigInteger(), nullable=True))

    op.execute('UPDATE people SET hides = hidden')

    with op.batch_alter_table('schedules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('timed_from', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counted_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))

    with op.batch_alter_table('turns', schema=None) as batch_op:
        batch_op.add_column(sa.Column('regraded', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('asked_in', sa.Integer(), nullable=True))

    op.create_index('ix_people_hidden', 'people', ['hall_id'], unique=False,
    sqlite_where=sa.text('hidden IS 1'), postgresql_where=sa.text('hidden IS true'))
    op.create_index('ix_rounds_counted_to', 'rounds', ['counted_to'], unique=False,
    sqlite_where=sa.text('counted_to IS NOT NULL'), postgresql_where=sa.text('counted_to IS NOT NULL'))
    op.create_index('ix_turns_hall_id_concept', 'turns', ['hall_id', 'concept'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_turns_hall_id_concept', 'turns')
    op.drop_index('ix_rounds_counted_to', 'rounds')
    op.drop_index('ix_people_hidden', 'people')
    with op.batch_alter_table('turns', schema=None) as batch_op:
        batch_op.drop_column('asked_in')
        batch_op.drop_column('regraded')

    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.drop_column('counted_to')

    with op.batch_alter_table('schedules', schema=None) as batch_op:
        batch_op.drop_column('timed_from')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('forgotten_at')
        batch_op.drop_column('put_off')
        batch_op.drop_column('hides')

    op.drop_table('marks')
    with op.batch_alter_table('regrades', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_regrades_turn_id'))

    op.drop_table('regrades')
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposals_identity_id'))
        batch_op.drop_index(batch_op.f('ix_proposals_hall_id'))

    op.drop_table('proposals')
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_links_identity_id'))

    op.drop_table('links')
